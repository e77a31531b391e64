import { CliError, EXIT } from "../output/exit-code.ts";
import { stopSignals } from "./stop-signals.ts";

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
