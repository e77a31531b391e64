import { abortable } from "./abortable.ts";

/**
 * Takes a piece of a body. No other is given until what it returns has resolved; what it throws ends the body. The piece is the taker's
 * until then, and no longer: its memory may be used again.
 */
export type TakePiece = (piece: Uint8Array) => Promise<void> | undefined;

/** Bytes that arrive, to be read once, in one of the two ways: in pieces that do not change any more, or lent ones. */
export interface ByteSource extends AsyncIterable<Uint8Array> {
  /**
   * Gives each piece to `take` as it arrives, in order, which costs no promise for each as iterating does. Resolves when the last was taken.
   * Rejects with what the source fails with, what `take` throws or the reason of `signal`, at once: no piece is given from then on, but
   * what `take` has begun may still go on.
   */
  drain?(take: TakePiece, signal: AbortSignal): Promise<void>;
}

/** Gives each piece of a source to `take`, as `ByteSource.drain` does, whether the source can do that or not. */
export async function drain(source: ByteSource, take: TakePiece, signal: AbortSignal): Promise<void> {
  if (source.drain !== undefined) return source.drain(take, signal);
  for await (const piece of abortable(source, signal)) {
    const taking = take(piece);
    if (taking !== undefined) await taking;
  }
}

export interface Watcher {
  /** Told of each piece before it is taken; what it throws ends the source. */
  readonly piece: (piece: Uint8Array) => void;
  /** Called after the last piece was taken; the source ends when it has resolved. */
  readonly end?: () => Promise<void>;
}

/** The same source, watched. */
export function watched(source: ByteSource, { piece: see, end }: Watcher): ByteSource {
  const { drain: drainSource } = source;
  return {
    async *[Symbol.asyncIterator]() {
      for await (const piece of source) {
        see(piece);
        yield piece;
      }
      await end?.();
    },
    ...(drainSource !== undefined && {
      async drain(take, signal) {
        const seeAndTake: TakePiece = (piece) => {
          see(piece);
          return take(piece);
        };
        await drainSource(seeAndTake, signal);
        await end?.();
      },
    }),
  };
}
