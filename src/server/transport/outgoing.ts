import { RegistryError } from "../../oci/errors.ts";
import { errorReply } from "../error-reply.ts";
import { type BlobBody, type HttpReply, lengthOf } from "../http.ts";
import { bytesPieces, openPieces, PIECE, type Pieces } from "./pieces.ts";

/** An answer that is ready to be sent. */
export interface Outgoing {
  readonly reply: HttpReply;
  /** The body that goes out in one with the head; undefined when there is none. */
  readonly whole?: string | Uint8Array | undefined;
  /** The body that follows piece by piece. Its answer has no warnings. */
  readonly pieces?: Pieces;
}

/** Sets the length of an answer, and opens its body: for HEAD there is none. Content that is missing after all is answered 503. */
export function prepareReply(reply: HttpReply, isHead: boolean): Outgoing {
  const { status, headers, body } = reply;
  if (body === undefined) {
    if (status !== 204 && status !== 304) headers["Content-Length"] ??= "0";
    return { reply };
  }
  headers["Content-Length"] ??= String(lengthOf(body));
  if (isHead) return { reply };
  if (typeof body === "string") return { reply, whole: body };
  const whole = readyBytes(body);
  if (whole !== undefined) return { reply, whole };
  try {
    return { reply, pieces: body instanceof Uint8Array ? bytesPieces(body) : openPieces(body) };
  } catch (cause) {
    return missingContent(reply, cause);
  }
}

/** A body that is in memory and no larger than a piece. */
function readyBytes(body: Uint8Array | BlobBody): Uint8Array | undefined {
  if (lengthOf(body) > PIECE) return undefined;
  if (body instanceof Uint8Array) return body;
  const { source, range } = body;
  if (source.kind !== "bytes") return undefined;
  return range === undefined ? source.bytes : source.bytes.subarray(range.start, range.end + 1);
}

function missingContent({ headers, done }: HttpReply, cause: unknown): Outgoing {
  const error = new RegistryError("UNAVAILABLE", "the content is missing from the content store; 'opm scrub' finds what else is", { cause });
  const refusal = prepareReply(errorReply(error, "distribution"), false);
  refusal.reply.headers["X-Request-Id"] = headers["X-Request-Id"] ?? "";
  return { ...refusal, reply: { ...refusal.reply, done: () => done?.(0) } };
}
