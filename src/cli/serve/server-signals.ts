import type { Config } from "../../config/schema.ts";
import type { RunningServer } from "../../server/running-server.ts";
import { type ConfigOptions, loadConfigFor } from "../options/config.ts";
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
