import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";

/** Milliseconds that are looked back at, at least. */
const SPAN = 100;

/** What a thread may wait for a processor, as a share of what it runs, where another thread would still get one. */
const SHARE = 0.5;

/** What the main thread has run, and has waited while it wanted to, since the process began; in one unit, whichever. */
export interface ThreadTimes {
  readonly run: number;
  readonly waited: number;
}

export interface SpareProcessorOptions {
  /** Undefined where the kernel does not tell; then it goes by the load of the last minute. */
  readonly times?: () => ThreadTimes | undefined;
  readonly processors?: number;
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 * Tells whether another thread would get a processor, by what the main thread had to wait for its own. How many threads want to run at one
 * moment says little: those of a client on the same machine run and wait in turns.
 */
export function spareProcessor({
  times = mainThreadTimes,
  processors = availableParallelism(),
  now = () => performance.now(),
}: SpareProcessorOptions = {}): () => boolean {
  let before: ThreadTimes = { run: 0, waited: 0 };
  let lookedAt = Number.NEGATIVE_INFINITY;
  let spare = false;
  return () => {
    const at = now();
    if (processors < 2 || at - lookedAt < SPAN) return spare;
    lookedAt = at;
    const current = times();
    if (current === undefined) {
      spare = (loadavg()[0] ?? 0) < processors;
    } else {
      spare = current.waited - before.waited <= SHARE * (current.run - before.run);
      before = current;
    }
    return spare;
  };
}

/** Only Linux tells. */
function mainThreadTimes(): ThreadTimes | undefined {
  try {
    return parseThreadTimes(readFileSync("/proc/self/schedstat", "latin1"));
  } catch {
    return undefined;
  }
}

/**
 * Parses `/proc/<pid>/schedstat`: nanoseconds.
 * @returns undefined where the kernel keeps no count: all of it is 0 then
 */
export function parseThreadTimes(text: string): ThreadTimes | undefined {
  const [run = Number.NaN, waited = Number.NaN] = text.split(" ").map(Number);
  return run > 0 && waited >= 0 ? { run, waited } : undefined;
}
