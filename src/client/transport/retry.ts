import type { TransportRequest } from "./request.ts";
import { isStreamed } from "./request.ts";

export interface RetryPolicy {
  /** Tries in all. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubles from try to try. */
  readonly delay: number;
  /** Milliseconds: no wait is longer, and a registry that asks for a longer one is taken at its word and not asked again. */
  readonly longestDelay: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 4, delay: 250, longestDelay: 60_000 };

/** RFC 9110, section 9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE"]);

/** Statuses that mean: later. */
const LATER: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Codes of broken connections, after which the same request may well succeed. */
const BROKEN: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ConnectionClosed",
  "ConnectionReset",
  "UND_ERR_SOCKET",
  "EAI_AGAIN",
  "ERR_SOCKET_CLOSED",
  "ERR_HTTP2_GOAWAY_SESSION",
  "Timeout",
  "ETIMEDOUT",
]);

/** True where a request may be sent again after it broke off without an answer. */
export function isRepeatable(request: TransportRequest): boolean {
  return !isStreamed(request.body) && (request.repeatable ?? IDEMPOTENT.has(request.method));
}

/** True where a request may be sent again after this answer. */
export function isRepeatableAfter(request: TransportRequest, status: number): boolean {
  if (!LATER.has(status) || isStreamed(request.body)) return false;
  return status === 429 || isRepeatable(request);
}

export function isBrokenConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    (("code" in error && BROKEN.has(String(error.code))) || /socket connection was closed|connection (?:was )?reset/i.test(error.message))
  );
}

/**
 * Milliseconds to wait before try number `attempt + 1`: what Retry-After asks for, else doubling with full jitter.
 * Undefined when the registry asks for more than the policy allows.
 */
export function retryDelay(policy: RetryPolicy, attempt: number, retryAfter: string | null = null): number | undefined {
  const asked = parseRetryAfter(retryAfter);
  if (asked !== undefined) return asked > policy.longestDelay ? undefined : asked + Math.random() * policy.delay;
  const ceiling = Math.min(policy.longestDelay, policy.delay * 2 ** (attempt - 1));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

/** RFC 9110, section 10.2.3: seconds or a date. Gives milliseconds. */
export function parseRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^[0-9]{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Waits, or throws the signal's reason. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal?.reason);
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
