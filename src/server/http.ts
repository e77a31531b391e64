import type { Awaitable } from "../storage/awaitable.ts";
import type { ByteSource } from "../storage/byte-source.ts";
import type { BlobSource, ByteRange, RemoteBlob } from "../storage/content-store.ts";
import type { HeaderRecord } from "./headers.ts";

/** A request as the endpoints see it, whatever listens. */
export interface HttpRequest {
  readonly method: string;
  /** Percent-encoded, without the query. Begins with `/`, unless the request is malformed. */
  readonly path: string;
  /** What follows the first `?`, or empty. */
  readonly search: string;
  /** Scheme and host as the client named them, e.g. `http://127.0.0.1:5000`. The host is what the client sent: not trusted. */
  readonly origin: string;
  /** How many Host headers it has: more than one are not to be served. */
  readonly hostCount: number;
  /** The host that it is for, from the request target where that is a URL, else from Host; undefined: HTTP/1.0 without one. Not trusted. */
  readonly authority: string | undefined;
  /** Address of the connection's other end: the client, or a proxy. */
  readonly remote: string;
  /** The value of a header, by its lower-case name; repeated ones are joined by `, `. */
  header(name: string): string | undefined;
  /** Whether the request announces a body, which may still be empty. */
  readonly hasBody: boolean;
  /**
   * The body as it arrives; to be read once. Throws `BODY_INCOMPLETE` when the client breaks it off, or sends nothing for as long as the
   * configuration allows.
   */
  readonly body: ByteSource;
  /** Bytes of the body that have been read so far. */
  readonly received: number;
}

/** Where a body comes from: content that is here, or a stream of it that is read on demand. */
export type BodySource =
  | Exclude<BlobSource, RemoteBlob>
  | { readonly kind: "stream"; readonly size: number; readonly open: (range?: ByteRange) => ReadableStream<Uint8Array> };

/** The whole content of a source or a part of it. */
export interface BlobBody {
  readonly source: BodySource;
  readonly range: ByteRange | undefined;
}

/** An answer, before it is sent. `Content-Length` is set by the sender unless the headers have it. */
export interface HttpReply {
  readonly status: number;
  readonly headers: HeaderRecord;
  readonly body?: string | Uint8Array | BlobBody | undefined;
  /** One line each, for the user: a header `Warning` for each of the first few. */
  readonly warnings?: readonly string[] | undefined;
  /** Called once when the answer was sent, or the client left before that, with the bytes of the body that were sent. */
  readonly done?: (sent: number) => void;
}

/** Answers a request: at once where nothing has to be waited for. It never throws or rejects. */
export type Handle = (request: HttpRequest) => Awaitable<HttpReply>;

/** Bytes of an answer's body. */
export function lengthOf(body: HttpReply["body"]): number {
  if (body === undefined) return 0;
  if (typeof body === "string") return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.length;
  return body.range === undefined ? body.source.size : body.range.end - body.range.start + 1;
}

/** Lets go of an answer that is not sent: a stream of its body that is open already would be held by whoever gives it. */
export function dropReply({ body }: HttpReply): void {
  if (typeof body !== "object" || body instanceof Uint8Array || body.source.kind !== "stream") return;
  body.source
    .open(body.range)
    .cancel()
    .catch(() => undefined);
}

/** An answer without a body. */
export function emptyReply(status: number, headers: HeaderRecord = {}): HttpReply {
  return { status, headers };
}

/** An answer in JSON. */
export function jsonReply(value: unknown, headers: HeaderRecord = {}, status = 200): HttpReply {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) };
}
