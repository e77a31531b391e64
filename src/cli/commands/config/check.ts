import { join } from "node:path";
import type { Command } from "commander";
import type { Config } from "../../../config/schema.ts";
import type { SettingError } from "../../../config/setting-error.ts";
import { addExamples } from "../../help/examples.ts";
import { addServerOptions, type ConfigOptions } from "../../options/config.ts";
import { print, printNote, printWarning } from "../../output/print.ts";
import { assertUsable, refuseExposure } from "../../serve/preconditions.ts";

interface CheckOptions extends ConfigOptions {
  readonly connect?: boolean;
}

/** `opm config check`: what would keep a registry from starting. */
export function define(command: Command): void {
  addServerOptions(command).option("--connect", "ask the metadata database and the bucket, too").action(run);
  addExamples(command, ["opm config check", "before a restart: opm config check --connect --config /etc/opm/opm.yaml"]);
}

async function run(options: CheckOptions): Promise<void> {
  const { loadSettings } = await import("../../sessions/module-settings.ts");
  const [server, modules] = await loadSettings(options);
  await refuseExposure(server.config);
  const { checkSettings, checkListen } = await import("../../../server/check-settings.ts");
  const { problems, warnings } = await checkSettings(server.config);
  for (const warning of [...modules.warnings, ...warnings]) printWarning(warning);
  const inUse = await checkListen(server.config.listen);
  const running = inUse !== undefined && (await runsHere(server.config));
  const connects = options.connect === true && problems.length === 0;
  const answers = connects ? await Promise.all([askDatabase(server.config), askBucket(server.config)]) : [];
  const all = [...problems, ...(inUse === undefined || running ? [] : [inUse]), ...answers.flatMap((answer) => (answer instanceof Error ? [answer] : []))];
  await assertUsable(all);
  if (running) printNote(`a registry runs on ${server.config.listen} already`);
  for (const answer of answers) if (typeof answer === "string") printNote(answer);
  print(`${server.file ?? "the configuration (no file)"} is valid`);
  if (modules.configFile) print("~/.opm/config.yaml is valid");
}

/** Milliseconds to wait for an answer. */
const PATIENCE = 2000;

/** Whether a registry of this program answers at the address that the configuration would listen on. */
async function runsHere({ listen, tls }: Config): Promise<boolean> {
  const { parseListen, reachableHost } = await import("../../../config/listen.ts");
  const { host, port } = parseListen(listen);
  const name = reachableHost(host);
  try {
    const answer = await fetch(`${tls === undefined ? "http" : "https"}://${name}:${port}/healthz`, {
      signal: AbortSignal.timeout(PATIENCE),
      redirect: "manual",
      // Only asked whether it is there: nothing is sent, and nothing that it says is used.
      tls: { rejectUnauthorized: false },
    });
    return answer.ok && (await answer.text()) === '{"status":"ok"}';
  } catch {
    return false;
  }
}

/**
 * Asks the database that the configuration names, which may be new or of an earlier version. Makes and changes nothing.
 * @returns what it says, or what is wrong with its settings
 */
async function askDatabase(config: Config): Promise<string | SettingError> {
  const { metadata } = config.storage;
  const [{ isThere }, { openMetadata }, { asDatabaseError }, { SettingError }] = await Promise.all([
    import("../../../config/is-there.ts"),
    import("../../../config/open-stores.ts"),
    import("../../../config/database-error.ts"),
    import("../../../config/setting-error.ts"),
  ]);
  if (metadata.driver === "sqlite") {
    const path = metadata.path ?? join(config.data, "metadata.db");
    if (!(await isThere(path))) return `${path} is not there yet: opm serve makes it`;
  }
  try {
    const store = await openMetadata(config, { create: false });
    await store.close();
    return "the metadata database answers";
  } catch (error) {
    if (error instanceof Error && "reason" in error) {
      if (error.reason === "absent" && metadata.driver === "postgres" && !("cause" in error && error.cause !== undefined)) {
        return "the metadata database answers and is empty: opm serve sets it up";
      }
      if (error.reason === "older-schema") return "the metadata database answers and is of an earlier version: opm serve brings it up to date";
    }
    const problem = asDatabaseError(config, error);
    if (problem instanceof SettingError) return problem;
    throw problem;
  }
}

/** Writes to the bucket that the configuration names, if it names one, and deletes again what it wrote. */
async function askBucket({ storage: { content } }: Config): Promise<string | SettingError | undefined> {
  if (content.driver !== "s3") return undefined;
  const [{ tryBucket }, { SettingError }] = await Promise.all([import("../../../config/bucket.ts"), import("../../../config/setting-error.ts")]);
  try {
    await tryBucket(content);
    return "the bucket can be written to, read and deleted from";
  } catch (error) {
    if (error instanceof SettingError) return error;
    throw error;
  }
}
