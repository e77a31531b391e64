import { constants } from "node:os";

/** Milliseconds: npm and the terminal both deliver one Ctrl-C, so a second signal within this time is the same one. */
const SAME_REQUEST = 1000;

/** The wish of whoever runs this process that it should end. */
export interface Stop {
  /** Resolves with the first of the signals. A later one ends the process at once. */
  readonly requested: Promise<NodeJS.Signals>;
}

const STOP = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * Takes over the signals that end a process.
 * @param abort called before the process ends at once
 */
export function stopSignals(signals: readonly NodeJS.Signals[] = STOP, abort: (signal: NodeJS.Signals) => void = () => undefined): Stop {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let first: number | undefined;
  const handle = (signal: NodeJS.Signals) => {
    first ??= performance.now();
    if (performance.now() - first > SAME_REQUEST) {
      abort(signal);
      process.exit(128 + (constants.signals[signal] ?? 0));
    }
    resolve(signal);
  };
  for (const signal of signals) process.on(signal, handle);
  return { requested: promise };
}
