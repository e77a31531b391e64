import type { Command } from "commander";
import type { Config } from "../../../config/schema.ts";
import type { SettingError } from "../../../config/setting-error.ts";
import { addExamples } from "../../help/examples.ts";
import { addServerOptions, type ConfigOptions, loadConfigFor } from "../../options/config.ts";
import { print, printNote, printWarning } from "../../output/print.ts";
import { assertUsable } from "../../serve/assert-usable.ts";
import { refuseExposure } from "../../serve/refuse-exposure.ts";
import { settleBoth } from "./settle-both.ts";

interface CheckOptions extends ConfigOptions {
  readonly connect?: boolean;
}

/** `opm config check`: what would keep a registry from starting. */
export function define(command: Command): void {
  addServerOptions(command).option("--connect", "ask the metadata database, too").action(run);
  addExamples(command, ["opm config check", "before a restart: opm config check --connect --config /etc/opm/opm.yaml"]);
}

async function run(options: CheckOptions): Promise<void> {
  const { loadModuleRouting } = await import("../../sessions/module-settings.ts");
  const [server, modules] = await settleBoth(loadConfigFor(options), loadModuleRouting());
  await refuseExposure(server.config);
  const [{ checkSettings, checkListen }, { runsHere }] = await Promise.all([import("../../../server/check-settings.ts"), import("../../serve/runs-here.ts")]);
  const { problems, warnings } = await checkSettings(server.config);
  for (const warning of [...modules.warnings, ...warnings]) printWarning(warning);
  const inUse = await checkListen(server.config.listen);
  const running = inUse !== undefined && (await runsHere(server.config));
  const database = options.connect === true && problems.length === 0 ? await askDatabase(server.config) : undefined;
  const all = [...problems, ...(inUse === undefined || running ? [] : [inUse]), ...(database instanceof Error ? [database] : [])];
  await assertUsable(all);
  if (running) printNote(`a registry runs on ${server.config.listen} already`);
  if (typeof database === "string") printNote(database);
  print(`${server.file ?? "the configuration (no file)"} is valid`);
  if (modules.configFile) print("~/.opm/config.yaml is valid");
}

async function askDatabase(config: Config): Promise<string | SettingError> {
  const [{ checkDatabase }, { SettingError }] = await Promise.all([import("../../serve/check-database.ts"), import("../../../config/setting-error.ts")]);
  try {
    return await checkDatabase(config);
  } catch (error) {
    if (error instanceof SettingError) return error;
    throw error;
  }
}
