import type { Command } from "commander";
import { CliError, EXIT } from "../output/exit-code.ts";

/** `opm serve-worker`: one of the processes that `opm serve --workers` starts. It is told by messages what to do. */
export function define(command: Command): void {
  command.action(async () => {
    if (process.send === undefined) throw new CliError(EXIT.invalid, "serve-worker is what 'opm serve --workers' starts: run that");
    // They go to the primary process, which tells workers. A terminal and a service manager send them to all, at any moment from now on.
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
    await (await import("../../server/workers/run-worker.ts")).runWorker();
    // Whatever is still on its way.
    process.exit(0);
  });
}
