import { constants } from "node:os";

/** Milliseconds: npm and the terminal both deliver one Ctrl-C, so a second signal within this time is the same one. */
const SAME_REQUEST = 1000;

/** The wish of whoever runs this process that it should end. */
export interface Stop {
  /** Resolves with the first SIGTERM, SIGINT or SIGHUP. A later one ends the process at once. */
  readonly requested: Promise<void>;
}

/** Takes over the signals that end a process. */
export function stopSignals(): Stop {
  const { promise, resolve } = Promise.withResolvers<void>();
  let first: number | undefined;
  const handle = (signal: NodeJS.Signals) => {
    first ??= performance.now();
    if (performance.now() - first > SAME_REQUEST) process.exit(128 + (constants.signals[signal] ?? 0));
    resolve();
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, handle);
  return { requested: promise };
}
