import type { Command } from "commander";
import type { Config } from "../../config/schema.ts";
import { addExamples } from "../help/examples.ts";
import { addServerOptions, type ConfigOptions, loadConfigFor } from "../options/config.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print } from "../output/print.ts";
import { outliveReaders } from "../output/terminal.ts";
import { assertUsable, refuseExposure } from "../serve/preconditions.ts";
import { endBeforeStart, reloadServer, type ServerSignals, serverSignals } from "../serve/server-signals.ts";
import { VERSION } from "../version.ts";

interface ServeOptions extends ConfigOptions {
  readonly adopt?: boolean;
}

/** `opm serve`: runs the registry until it is told to stop. */
export function define(command: Command): void {
  addServerOptions(command)
    .option("--adopt", "take the content store and the database for each other's, although they do not know each other")
    .action((options: ServeOptions) => serve(options, serverSignals()));
  addExamples(
    command,
    ["opm serve", "for this machine alone, with its data in the working folder"],
    ["opm serve --data /srv/opm --listen 127.0.0.1:8080", "behind a proxy, for instance"],
    ["opm serve --workers auto", "on a machine with processors to spare"],
    ["opm serve --config /etc/opm/opm.yaml", "with a file, see opm config schema"],
  );
}

async function serve(options: ServeOptions, signals: ServerSignals): Promise<void> {
  const { config } = await loadConfigFor(options);
  await refuseExposure(config);
  outliveReaders();
  const [{ startServer }, { checkSettings }] = await Promise.all([import("../../server/start.ts"), import("../../server/check-settings.ts")]);
  const { problems, warnings } = await checkSettings(config);
  await assertUsable(problems);
  const starting = startServer(config, { version: VERSION, adopt: options.adopt });
  endBeforeStart(signals, starting);
  const server = await starting.catch(async (error: unknown) => {
    throw await startError(error, config);
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
    server.abort?.();
  });
  print(...banner(config, server.url));
  for (const warning of warnings) log.write("warn", warning);
  const stopped = signals.stop.then((signal) => log.write("info", `${signal} received: stopping`));
  const failure = await Promise.race([stopped, ...(server.failed === undefined ? [] : [server.failed])]);
  if (failure !== undefined) log.write("error", "stopping", { cause: failure });
  await server.stop();
  if (failure !== undefined) throw new CliError(EXIT.general, failure);
}

/** The codes of what can be wrong with an address. */
const LISTEN_CODES: ReadonlySet<string> = new Set(["EADDRINUSE", "EADDRNOTAVAIL", "EAFNOSUPPORT", "ENOTFOUND", "EAI_AGAIN"]);

async function startError(error: unknown, config: Config): Promise<unknown> {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const listening = LISTEN_CODES.has(code) || (code === "EACCES" && error instanceof Error && "syscall" in error && error.syscall === "listen");
  if (listening) return (await import("../../server/check-settings.ts")).listenError(config.listen, error);
  return (await import("../../config/database-error.ts")).asDatabaseError(config, error);
}

/** The first lines that `opm serve` prints: where it listens, where the data lies, who may push, what to try. */
function banner(config: Config, url: string): string[] {
  return [
    `opm ${VERSION} is ready`,
    `  Listening  ${url}`,
    `  Data       ${places(config).join(", ")}`,
    `  Push       ${whoMayPush(config)}`,
    `  Try        ${config.access.grants === undefined ? `curl ${url}/v2/_catalog` : `docker login ${new URL(url).host}`}`,
  ];
}

function places({ data, storage: { content, metadata } }: Config): string[] {
  return [
    data,
    ...(content.driver === "s3" ? [`content in the bucket '${content.bucket}'`] : []),
    ...(metadata.driver === "postgres" ? ["metadata in PostgreSQL"] : []),
  ];
}

function whoMayPush({ access: { grants } }: Config): string {
  if (grants === undefined) return "everybody on this machine, without logging in (access.grants is not set)";
  const pushing = grants.filter(({ actions }) => actions.includes("push") || actions.includes("admin"));
  if (pushing.length === 0) return "nobody (no grant has push)";
  return pushing.map(({ subjects, repositories }) => `${subjects.join(", ")} to ${repositories}`).join("; ");
}
