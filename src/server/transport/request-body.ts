import type { ByteSource, TakePiece } from "../../storage/byte-source.ts";
import { BodyArrival, type RequestBodyOptions } from "./body-arrival.ts";
import { inTurn, turnIsSpent, waitForTurn } from "./turns.ts";

/**
 * The body of a request as it arrives.
 * @throws RegistryError `BODY_INCOMPLETE` when it stalls or the client breaks it off
 */
export function readRequestBody(options: RequestBodyOptions): ByteSource {
  return {
    [Symbol.asyncIterator]: () => iterate(options),
    drain: (take, signal) => drain(options, take, signal),
  };
}

async function* iterate(options: RequestBodyOptions): AsyncGenerator<Uint8Array> {
  let wake: (() => void) | undefined;
  const arrival = new BodyArrival(options, () => {
    wake?.();
    return false;
  }).open();
  try {
    for (;;) {
      for (let piece = arrival.next(); piece !== undefined; piece = arrival.next()) yield piece;
      if (arrival.over()) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
  } finally {
    arrival.close();
  }
}

/** Gives the pieces on from within the event that brings them, while the consumer takes each at once and the turn is not spent. */
function drain(options: RequestBodyOptions, take: TakePiece, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let taking = false;
  let over = false;
  const finish = (settle: () => void) => {
    if (over) return;
    over = true;
    arrival.close();
    signal.removeEventListener("abort", abort);
    settle();
  };
  const fail = (error: unknown) => finish(() => reject(error));
  const abort = () => fail(signal.reason);
  const resume = () => {
    taking = false;
    goOn();
  };
  const pause = () => {
    taking = true;
    waitForTurn(resume);
  };
  const goOn = (): boolean => {
    try {
      while (!taking && !over) {
        if (turnIsSpent()) {
          pause();
          return false;
        }
        const piece = arrival.next();
        if (piece === undefined) {
          if (arrival.over()) finish(resolve);
          return true;
        }
        const pending = inTurn(() => take(piece));
        if (pending === undefined) continue;
        taking = true;
        pending.then(resume, fail);
      }
    } catch (error) {
      fail(error);
    }
    return false;
  };
  const arrival = new BodyArrival(options, goOn).open();
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  else goOn();
  return promise;
}
