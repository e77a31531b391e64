import { ClientError } from "../client-error.ts";
import type { ByteStream } from "../content/content.ts";
import { IdleGuard } from "./idle-guard.ts";
import { networkError } from "./network-error.ts";
import { isStreamed, type Reply, type TransportRequest } from "./request.ts";

/** Bytes of a body that are read to keep a connection; with more left it is closed. */
const DISCARD_LIMIT = 64 * 1024;

/** The body that was to be sent could not be read: its own error is the cause. */
export class SourceFailure extends Error {
  constructor(cause: unknown) {
    super("the body could not be read", { cause });
  }
}

/** How one exchange differs from a plain `fetch`. */
export interface ExchangeOptions {
  readonly idleLimit: number;
  readonly proxy: string | undefined;
  readonly tls: { readonly ca?: readonly string[]; readonly cert?: string; readonly key?: string };
  /** Told the status, and later the bytes of the body that came, however it ended. */
  readonly onAnswer?: (status: number) => void;
  readonly onEnd?: (received: number) => void;
}

/**
 * One request and its answer: no retry, no redirect, no credentials.
 * @throws SourceFailure, the signal's reason, or the error of `fetch` as it is: the caller decides whether to try again
 */
export async function exchange(request: TransportRequest, options: ExchangeOptions): Promise<Reply> {
  const guard = new IdleGuard(options.idleLimit);
  const signal = request.signal === undefined ? guard.signal : AbortSignal.any([guard.signal, request.signal]);
  const failure: { cause?: unknown } = {};
  const { answerLimit } = request;
  const body = isStreamed(request.body) ? watched(request.body.stream, { guard, answerLimit, failure }) : request.body;
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: headersOf(request),
      redirect: "manual",
      decompress: false,
      timeout: false,
      signal,
      ...(body !== undefined && { body: body as RequestInit["body"] }),
      // without it the runtime would go by the environment on its own
      proxy: options.proxy ?? false,
      ...(Object.keys(options.tls).length > 0 && { tls: { ...options.tls, ...(options.tls.ca && { ca: [...options.tls.ca] }) } }),
    } as BunFetchRequestInit);
    guard.rest();
    options.onAnswer?.(response.status);
    return replyOf(request.url, response, { guard, onEnd: options.onEnd });
  } catch (error) {
    guard.stop();
    if (failure.cause !== undefined) throw new SourceFailure(failure.cause);
    throw signal.aborted ? signal.reason : error;
  }
}

function headersOf(request: TransportRequest): Headers {
  const headers = new Headers(request.headers);
  // digests and ranges are of the stored bytes
  headers.set("Accept-Encoding", "identity");
  if (isStreamed(request.body)) headers.set("Content-Length", String(request.body.size));
  return headers;
}

interface Watch {
  readonly guard: IdleGuard;
  readonly answerLimit: number | undefined;
  /** Takes the source's own error: `fetch` would report a broken connection in its place. */
  readonly failure: { cause?: unknown };
}

async function* watched(stream: ByteStream, { guard, answerLimit, failure }: Watch): AsyncGenerator<Uint8Array> {
  try {
    guard.rest();
    for await (const piece of stream) {
      guard.wait();
      yield piece;
      guard.rest();
    }
    guard.wait(answerLimit);
  } catch (error) {
    failure.cause = error;
    throw error;
  }
}

interface BodyWatch extends Pick<ExchangeOptions, "onEnd"> {
  readonly guard: IdleGuard;
}

function replyOf(url: URL, response: Response, { guard, onEnd }: BodyWatch): Reply {
  const { body } = response;
  if (body === null) {
    guard.stop();
    onEnd?.(0);
  }
  let received = 0;
  async function* stream(): AsyncGenerator<Uint8Array> {
    if (body === null) return;
    try {
      guard.wait();
      for await (const piece of body) {
        guard.rest();
        received += piece.length;
        yield piece;
        guard.wait();
      }
    } catch (error) {
      throw networkError(url, guard.signal.aborted ? guard.signal.reason : error);
    } finally {
      guard.stop();
      onEnd?.(received);
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    url,
    stream,
    async bytes(limit) {
      const pieces: Uint8Array[] = [];
      let size = 0;
      for await (const piece of stream()) {
        size += piece.length;
        if (size > limit) throw new ClientError("invalid", `the answer of ${url.host} has more than ${limit} bytes`, { status: response.status });
        pieces.push(piece);
      }
      return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    },
    async discard() {
      let size = 0;
      try {
        for await (const piece of stream()) {
          size += piece.length;
          if (size > DISCARD_LIMIT) return;
        }
      } catch {
        // nobody wants the rest
      }
    },
  };
}
