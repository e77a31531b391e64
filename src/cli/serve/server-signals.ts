import { constants } from "node:os";
import type { Config } from "../../config/schema.ts";
import type { RunningServer } from "../../server/running-server.ts";
import { type ConfigOptions, loadConfigFor } from "../options/config.ts";
import { printErrLine } from "../output/print.ts";
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

/** Milliseconds that a start which is under way gets after a signal to stop, so that it is stopped in order. */
const START_LIMIT = 2000;

/**
 * Ends the process by the first signal to stop where the start would take long after it: while the database is brought up to date, by this process
 * or another one. That goes on with the next start. A start that fails after the signal has failed by it: workers get it as well, from a
 * terminal or a service manager.
 */
export function endBeforeStart({ stop }: Pick<ServerSignals, "stop">, starting: Promise<unknown>): void {
  let requested: NodeJS.Signals | undefined;
  let timer: Timer | undefined;
  let over = false;
  const end = (signal: NodeJS.Signals): void => {
    printErrLine(`opm: ${signal} received before the server was ready: ending; what was under way in the database goes on with the next start`);
    process.exit(128 + (constants.signals[signal] ?? 0));
  };
  void starting
    .catch(() => {
      if (requested !== undefined) end(requested);
    })
    .then(() => {
      over = true;
      clearTimeout(timer);
    });
  void stop.then((signal) => {
    requested = signal;
    if (over) return;
    timer = setTimeout(() => end(signal), START_LIMIT);
    timer.unref();
  });
}

/**
 * What SIGHUP does: has the server read its files again, and logs which settings of the configuration have changed since it was
 * started, since these wait for a restart. A configuration that is wrong is logged and changes nothing.
 */
export async function reloadServer({ log, reload }: Pick<RunningServer, "log" | "reload">, running: Config, options: ConfigOptions): Promise<void> {
  log.write("info", "SIGHUP received: reading files again");
  await reload();
  const [{ changedSettings }, loaded] = await Promise.all([
    import("../../config/settings.ts"),
    loadConfigFor(options).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
  ]);
  if (loaded instanceof Error) return log.write("error", "the configuration cannot be used, the one before stays", { cause: loaded.message });
  for (const setting of changedSettings(running, loaded.config)) log.write("warn", "a setting has changed and takes effect after a restart", { setting });
  log.write("info", "files were read again");
}
