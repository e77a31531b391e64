import { S3Error } from "./error.ts";

/** Milliseconds; every wait for the service has one of these. */
export interface TimeLimits {
  /** After this time without an answer, a connection of its own must be had within it, or the service counts as unreachable. */
  readonly connect: number;
  /** Without a byte of the answer. A body that is sent adds to it. */
  readonly silence: number;
}

export const TIME_LIMITS: TimeLimits = { connect: 5_000, silence: 30_000 };

/** Bytes a millisecond (256 KiB/s) that a body is given to be sent at. */
const SLOWEST = 262;

/** Bytes of an answer that is read into memory; a page of a list has below 1 MiB. */
const TEXT_LIMIT = 16 * 2 ** 20;

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
  /** Milliseconds that the service may be silent for more, e.g. while it puts an object together. */
  readonly patience?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came back, whose body is read piece by piece under the limit of silence. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The next piece of the body; undefined after the last. */
  next(): Promise<Uint8Array | undefined>;
  /** The body as a text. @throws S3Error when it is larger than any answer that is one */
  text(): Promise<string>;
  /** Ends the request when the body is not read. */
  dismiss(): void;
}

/**
 * Asks once.
 * @throws S3Error `passing` when the connection broke or was silent; the reason of the signal
 */
export async function attempt(request: HttpRequest, limits: TimeLimits): Promise<Answer> {
  const { method, url, headers, body, patience = 0, signal } = request;
  signal?.throwIfAborted();
  const ending = new AbortController();
  const abort = (): void => ending.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const silence = limits.silence + patience + (body?.length ?? 0) / SLOWEST;
  let fail: (reason: unknown) => void = () => undefined;
  ending.signal.addEventListener("abort", () => fail(ending.signal.reason), { once: true });
  /** Bounds a wait, and ends the request with the first failure. */
  const within = <T>(waiting: Promise<T>, milliseconds: number): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => ending.abort(silent(url, milliseconds)), milliseconds);
    fail = (reason) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      reject(reason);
    };
    if (ending.signal.aborted) fail(ending.signal.reason);
    waiting.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => ending.abort(broken(url, error)),
    );
    return promise;
  };
  const look = setTimeout(() => lookAtPort(url, limits.connect).catch((error: unknown) => ending.abort(error)), limits.connect);
  const options = {
    method,
    headers,
    signal: ending.signal,
    redirect: "manual",
    decompress: false,
    timeout: false,
    ...(body !== undefined && { body }),
  } as const;
  const response = await within(fetch(url, options), silence).finally(() => clearTimeout(look));
  const reader = response.body?.getReader();
  const next = async (): Promise<Uint8Array | undefined> => {
    const piece = reader === undefined ? undefined : (await within(reader.read(), limits.silence + patience)).value;
    if (piece === undefined) signal?.removeEventListener("abort", abort);
    return piece;
  };
  return {
    status: response.status,
    headers: response.headers,
    next,
    text: () => textOf(next, url),
    dismiss() {
      signal?.removeEventListener("abort", abort);
      ending.abort();
      reader?.cancel().catch(() => undefined);
    },
  };
}

async function textOf(next: Answer["next"], url: URL): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let piece = await next(); piece !== undefined; piece = await next()) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > TEXT_LIMIT) throw new S3Error(`S3 at ${url.origin} sent an answer that is too large`, { code: "AnswerTooLarge" });
  }
  return text + decoder.decode();
}

/** `fetch` tells nothing of connecting: whether there is anybody, a connection beside it tells. Through a proxy there is none to make. */
async function lookAtPort(url: URL, limit: number): Promise<void> {
  if (proxyFor(url)) return;
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(unreachable(url, `no connection within ${limit / 1000} s`)), limit);
  const connecting = Bun.connect({ hostname: url.hostname.replace(/^\[|\]$/g, ""), port, socket: { data: () => undefined } });
  connecting.then(
    (socket) => {
      socket.end();
      resolve();
    },
    (error: unknown) => reject(unreachable(url, said(error))),
  );
  await promise.finally(() => clearTimeout(timer));
}

function proxyFor(url: URL): boolean {
  const name = url.protocol === "https:" ? "https_proxy" : "http_proxy";
  return (process.env[name] ?? process.env[name.toUpperCase()] ?? "") !== "";
}

function silent({ origin }: URL, milliseconds: number): S3Error {
  return new S3Error(`S3 at ${origin} did not answer within ${Math.round(milliseconds / 1000)} s`, { code: "Silence", passing: true });
}

function unreachable({ origin }: URL, why: string): S3Error {
  return new S3Error(`S3 cannot be reached at ${origin}: ${why}; is storage.content.endpoint right?`, { code: "Unreachable", passing: true });
}

function broken(url: URL, error: unknown): S3Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME|TLS/i.test(code)) {
    return new S3Error(`the certificate of S3 at ${url.origin} is not trusted (${code}): name its authority in NODE_EXTRA_CA_CERTS`, { code, cause: error });
  }
  if (/CONN(?:ECTION)?REFUSED|FailedToOpenSocket|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|DNS/i.test(code)) return unreachable(url, said(error));
  return new S3Error(`the connection to S3 at ${url.origin} broke: ${said(error)}`, { code: code || "Broken", passing: true, cause: error });
}

function said(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : (error.message.split("\n", 1)[0] ?? "");
}
