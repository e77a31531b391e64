import type { ByteStream } from "../content/content.ts";
import type { TraceListener } from "../trace.ts";
import { type ExchangeOptions, exchange, SourceFailure } from "./exchange.ts";
import { networkError } from "./network-error.ts";
import { isStreamed, type Reply, type TransportRequest } from "./request.ts";
import { safeUrl } from "./safe-url.ts";

/** `exchange`, told to a listener once the last byte came. */
export async function tracedExchange(request: TransportRequest, options: ExchangeOptions, onTrace: TraceListener | undefined): Promise<Reply> {
  if (onTrace === undefined) return await exchange(request, options);
  const begun = performance.now();
  const { method } = request;
  const url = safeUrl(request.url);
  let sent = typeof request.body === "string" ? Buffer.byteLength(request.body) : request.body instanceof Uint8Array ? request.body.length : 0;
  const count = async function* (stream: ByteStream): AsyncGenerator<Uint8Array> {
    for await (const piece of stream) {
      sent += piece.length;
      yield piece;
    }
  };
  const { body } = request;
  const counted = isStreamed(body) ? { ...request, body: { ...body, stream: count(body.stream) } } : request;
  const millis = () => Math.round(performance.now() - begun);
  let status: number | undefined;
  const onEnd = (received: number) => onTrace({ kind: "request", method, url, status, sent, received, millis: millis() });
  try {
    const reply = await exchange(counted, { ...options, onAnswer: (answered) => (status = answered), onEnd });
    return reply;
  } catch (error) {
    onTrace({ kind: "request", method, url, status: undefined, sent, received: 0, millis: millis(), problem: problemOf(request, error) });
    throw error;
  }
}

function problemOf({ url, signal }: TransportRequest, error: unknown): string {
  if (signal?.aborted) return "given up";
  if (error instanceof SourceFailure) return "the body could not be read";
  const shown = networkError(url, error);
  return shown instanceof Error ? shown.message : String(shown);
}
