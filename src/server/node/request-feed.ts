import type { IncomingMessage, ServerResponse } from "node:http";
import type { BodyFeed, BodyTaker } from "../transport/body-arrival.ts";

/** The body of a request of node:http. Once its response is over nobody waits for the rest. */
export function requestFeed(request: IncomingMessage, response: ServerResponse): BodyFeed {
  let taker: BodyTaker | undefined;
  const onData = (piece: Uint8Array) => taker?.piece(piece);
  const onEnd = () => taker?.end();
  const onBroken = () => taker?.breakOff();
  return {
    open(to) {
      taker = to;
      if (request.complete && request.readableLength === 0) to.end();
      else if (request.destroyed) to.breakOff();
      request.on("data", onData).on("end", onEnd).on("aborted", onBroken).on("error", onBroken).on("close", onBroken);
      response.on("close", onBroken);
    },
    pause: () => void request.pause(),
    resume: () => void request.resume(),
    close() {
      request.off("data", onData).off("end", onEnd).off("aborted", onBroken).off("close", onBroken);
      response.off("close", onBroken);
    },
  };
}
