import type { ServerResponse } from "node:http";

/** Gives the next piece of a body, or undefined after the last. The piece may be overwritten once it was written out. */
export type NextPiece = () => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/**
 * Sends a body piece by piece, at the speed of the reader, with other requests getting their turn between two pieces.
 * A reader that takes nothing for `idle` milliseconds is disconnected; a slow one is not.
 */
export function transfer(response: ServerResponse, next: NextPiece, idle: number, finish: () => void): void {
  let over = false;
  const timer = setTimeout(() => response.destroy(), idle);
  const end = () => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    finish();
  };
  const step = async () => {
    if (over) return;
    try {
      const given = next();
      const piece = given instanceof Promise ? await given : given;
      if (over) return;
      if (piece === undefined) {
        response.end();
        return;
      }
      timer.refresh();
      if (response.write(piece)) setImmediate(step);
    } catch {
      // The headers are out already: only a broken connection tells the client that the body is not whole.
      response.destroy();
    }
  };
  response.on("drain", () => setImmediate(step));
  response.on("close", end);
  response.on("finish", end);
  void step();
}
