import type { ServerResponse } from "node:http";

/** Gives the next piece of a body, or undefined after the last. The piece may be overwritten once it was written out. */
export type NextPiece = () => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Looks at a quiet reader within its idle time, after the last of which it is disconnected. */
const QUIET_LOOKS = 2;

/** The same where the kernel does not tell whether the reader goes on. */
const QUIET_LOOKS_BLIND = 20;

export interface BodyTransfer {
  readonly next: NextPiece;
  /** Milliseconds without any byte after which the reader is disconnected. */
  readonly idle: number;
  /** Bytes that the kernel still holds for the reader; undefined where it does not tell. */
  readonly unsent: () => Promise<number | undefined>;
  /** Called once when it is over, whole or not, with the bytes that were sent. */
  readonly finish: (bytes: number) => void;
}

/**
 * Sends a body piece by piece, at the speed of the reader, with other requests getting their turn between two pieces.
 * A reader that takes nothing for a time is disconnected, a slow one is not: the kernel asks for the next piece only after
 * it has sent a good part of the megabytes it holds, so in between what it still holds tells whether the reader goes on.
 */
export function transfer(response: ServerResponse, { next, idle, unsent, finish }: BodyTransfer): void {
  let over = false;
  let sent = 0;
  let held = Number.POSITIVE_INFINITY;
  let quietLooks = 0;
  const look = async () => {
    const holds = await unsent();
    if (over) return;
    const reads = holds !== undefined && holds < held;
    quietLooks = reads ? 1 : quietLooks + 1;
    held = holds ?? held;
    if (quietLooks >= (holds === undefined ? QUIET_LOOKS_BLIND : QUIET_LOOKS)) response.destroy();
    else timer.refresh();
  };
  const timer = setTimeout(look, idle / QUIET_LOOKS);
  const end = () => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    finish(sent);
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
      held = Number.POSITIVE_INFINITY;
      quietLooks = 0;
      sent += piece.length;
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
