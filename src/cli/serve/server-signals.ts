import { stopSignals } from "../sessions/stop-signals.ts";

/** What whoever runs a server tells it by signals. */
export interface ServerSignals {
  /** Resolves with the first SIGTERM or SIGINT. A later one ends the process at once. */
  readonly stop: Promise<NodeJS.Signals>;
  /** Called for each SIGHUP from now on, one after another. SIGHUP never ends the process, not even before that. */
  onReload(reload: () => Promise<void>): void;
  /** Called before the process ends at once. */
  onAbort(abort: (signal: NodeJS.Signals) => void): void;
}

/** Takes over the signals that a server gets. */
export function serverSignals(): ServerSignals {
  let reload: () => Promise<void> = async () => undefined;
  let abort: (signal: NodeJS.Signals) => void = () => undefined;
  let reloading: Promise<void> = Promise.resolve();
  process.on("SIGHUP", () => {
    reloading = reloading.then(() => reload());
  });
  return {
    stop: stopSignals(["SIGTERM", "SIGINT"], (signal) => abort(signal)).requested,
    onReload(wanted) {
      reload = wanted;
    },
    onAbort(wanted) {
      abort = wanted;
    },
  };
}
