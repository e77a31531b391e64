import type { IncomingMessage, ServerResponse } from "node:http";
import { RegistryError } from "../../oci/errors.ts";

/** Bytes held back for a slow consumer before the client is made to wait. */
const HIGH_WATER = 1024 * 1024;

export interface RequestBodyOptions {
  readonly request: IncomingMessage;
  /** Once it is over nobody waits for the rest of the body. */
  readonly response: ServerResponse;
  /** Milliseconds. */
  readonly idle: number;
  /** Told the bytes of each piece that the consumer gets. */
  readonly count: (bytes: number) => void;
}

/**
 * The body of a request as it arrives. While the consumer waits for the client, `idle` milliseconds without any byte end
 * it: an honest slow client is never cut, a stalled one is.
 * @throws RegistryError `BODY_INCOMPLETE` when it stalls or the client breaks it off
 */
export async function* readRequestBody({ request, response, idle, count }: RequestBodyOptions): AsyncGenerator<Uint8Array> {
  const queue: Uint8Array[] = [];
  let queued = 0;
  let ended = request.complete && request.readableLength === 0;
  let failure: RegistryError | undefined = request.destroyed && !ended ? brokenOff() : undefined;
  let wake: (() => void) | undefined;
  const timer = setTimeout(() => {
    if (wake === undefined) return;
    failure ??= stalled(idle);
    wake();
  }, idle);
  const onData = (chunk: Uint8Array) => {
    queue.push(chunk);
    queued += chunk.length;
    if (queued > HIGH_WATER) request.pause();
    wake?.();
  };
  const onEnd = () => {
    ended = true;
    wake?.();
  };
  const onBroken = () => {
    if (!ended) failure ??= brokenOff();
    wake?.();
  };
  request.on("data", onData).on("end", onEnd).on("aborted", onBroken).on("error", onBroken).on("close", onBroken);
  response.on("close", onBroken);
  try {
    for (;;) {
      for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
        queued -= chunk.length;
        count(chunk.length);
        yield chunk;
      }
      if (failure !== undefined) throw failure;
      if (ended) return;
      request.resume();
      timer.refresh();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
  } finally {
    clearTimeout(timer);
    request.off("data", onData).off("end", onEnd).off("aborted", onBroken).off("close", onBroken);
    response.off("close", onBroken);
  }
}

function brokenOff(): RegistryError {
  return new RegistryError("BODY_INCOMPLETE", "the request body broke off");
}

function stalled(idle: number): RegistryError {
  return new RegistryError("BODY_INCOMPLETE", `no byte arrived for ${idle / 1000} seconds`, { headers: { Connection: "close" } });
}
