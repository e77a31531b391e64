import type { Command } from "commander";
import { banner } from "../banner.ts";
import { addServerOptions, type ConfigOptions, loadConfigFor } from "../config-options.ts";
import { CliError, EXIT } from "../exit-code.ts";
import { outliveReaders } from "../outlive-readers.ts";
import { print } from "../output.ts";
import { refuseExposure } from "../refuse-exposure.ts";
import { reloadServer } from "../reload-server.ts";
import { type ServerSignals, serverSignals } from "../server-signals.ts";
import { VERSION } from "../version.ts";

interface ServeOptions extends ConfigOptions {
  readonly adopt?: boolean;
}

/** `opm serve`: runs the registry until it is told to stop. */
export function registerServe(program: Command): void {
  addServerOptions(program.command("serve").description("run the registry"))
    .option("--adopt", "take the content store and the database for each other's, although they do not know each other")
    .action((options: ServeOptions) => serve(options, serverSignals()));
}

async function serve(options: ServeOptions, signals: ServerSignals): Promise<void> {
  const { config } = await loadConfigFor(options);
  await refuseExposure(config);
  outliveReaders();
  const { startServer } = await import("../../server/start.ts");
  const server = await startServer(config, { version: VERSION, adopt: options.adopt }).catch((error: unknown) => {
    throw startError(error, config.listen);
  });
  const { log } = server;
  signals.onReload(() =>
    reloadServer(server, config, options).catch((error: unknown) => {
      log.write("error", "the files could not be read again", { cause: error instanceof Error ? error.message : String(error) });
    }),
  );
  signals.onAbort((signal) => {
    log.write("warn", `${signal} received again: ending at once`);
    log.flush();
  });
  print(...banner(config, server.url, VERSION));
  log.write("info", `${await signals.stop} received: stopping`);
  await server.stop();
}

function startError(error: unknown, listen: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return new CliError(EXIT.general, `${listen} is in use by another process: stop that one, or choose another address with --listen`);
  if (code === "EADDRNOTAVAIL") return new CliError(EXIT.invalid, `${listen} is no address of this machine: choose another with --listen`);
  return error;
}
