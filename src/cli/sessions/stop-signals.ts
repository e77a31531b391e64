import { constants } from "node:os";
import { CliError, EXIT } from "../output/exit-code.ts";

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

/** Milliseconds that a command has to leave nothing behind after Ctrl-C. */
const CLEAN_UP_LIMIT = 5000;

/**
 * Runs something that Ctrl-C, SIGTERM and SIGHUP abort. It gets the time to leave no half result; a second signal ends at once.
 * @throws CliError `interrupted` after a signal, whatever the task throws then
 */
export async function interruptible<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupted = new CliError(EXIT.interrupted, "interrupted: what was complete is kept, nothing half is; the same command goes on from there");
  void stopSignals().requested.then(() => {
    controller.abort(interrupted);
    setTimeout(() => process.exit(EXIT.interrupted), CLEAN_UP_LIMIT).unref();
  });
  try {
    return await task(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? interrupted : error;
  }
}
