/** Milliseconds without a piece after which a source counts as silent. */
const SILENCE = 50;

/** Times that, at which the looks at a source that stays silent stop becoming rarer: each comes twice as late as the one before. */
const RAREST = 8;

interface SilenceOptions {
  /** Called while the source is silent, and again while it stays so. */
  readonly onSilence: () => Promise<void>;
  /** Told of what `onSilence` fails with, after which nothing is watched any more. */
  readonly fail: (error: unknown) => void;
}

/**
 * Watches a source whose pieces somebody else takes.
 * @param pieces how many have come so far; undefined while one is still being taken, for then the source is not asked for more
 */
export function watchSilence(pieces: () => number | undefined, { onSilence, fail }: SilenceOptions): { stop(): void } {
  let stopped = false;
  let seen = pieces();
  let times = 1;
  const look = async () => {
    const now = pieces();
    if (now === undefined || now !== seen) {
      times = 1;
    } else {
      try {
        await onSilence();
      } catch (error) {
        if (!stopped) fail(error);
        return;
      }
      times = Math.min(2 * times, RAREST);
    }
    seen = now;
    if (!stopped) timer = setTimeout(look, times * SILENCE);
  };
  let timer = setTimeout(look, SILENCE);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
