import type { Command } from "commander";
import type { Config } from "../../config/schema.ts";
import type { SettingError } from "../../config/setting-error.ts";
import { addExamples } from "../help/examples.ts";
import { addServerOptions, type ConfigOptions, loadConfigFor } from "../options/config.ts";
import { print, printJson, printNote, printTable, printText, printWarning } from "../output/print.ts";
import { assertUsable } from "../serve/assert-usable.ts";
import { refuseExposure } from "../serve/refuse-exposure.ts";

interface CheckOptions extends ConfigOptions {
  readonly connect?: boolean;
}

interface ShowOptions extends ConfigOptions {
  readonly origin?: boolean;
  readonly json?: boolean;
}

interface RegistryOptions {
  readonly registry?: string;
  readonly json?: boolean;
}

/** `opm config`: checks, shows and describes the configuration, that of the server and where modules are. */
export function registerConfig(program: Command): void {
  const config = program.command("config").description("check, show or describe the configuration");
  const checking = addServerOptions(config.command("check").description("check the configuration, with the files, folders and the port that it names"))
    .option("--connect", "ask the metadata database, too")
    .action(check);
  addExamples(checking, ["opm config check", "before a restart: opm config check --connect --config /etc/opm/opm.yaml"]);
  const showing = addServerOptions(config.command("show").description("print the configuration in effect as YAML, without secrets"))
    .option("--origin", "print where each value comes from, and which registries modules are in")
    .option("--json", "print JSON")
    .action(show);
  addExamples(showing, ["opm config show --origin", "what comes from a flag, a variable, the file or a default"]);
  const registry = config
    .command("registry")
    .description("print where modules are as CUE_REGISTRY, for cue itself")
    .option("--registry <registries>", "where modules are, as CUE_REGISTRY has it (default: OPM_MODULE_REGISTRY, ~/.opm/config.yaml, CUE_REGISTRY)")
    .option("--json", "print JSON")
    .action(showRegistry);
  addExamples(registry, ["opm config registry", 'a line for a shell: eval "export $(opm config registry)"']);
  const describing = config.command("schema").description("print the JSON Schema of the configuration file").action(schema);
  addExamples(describing, ["opm config schema > opm.schema.json", "for an editor that completes and checks opm.yaml"]);
}

async function check(options: CheckOptions): Promise<void> {
  const { loadModuleRouting } = await import("../sessions/module-settings.ts");
  const [server, modules] = await both(loadConfigFor(options), loadModuleRouting());
  await refuseExposure(server.config);
  const [{ checkSettings, checkListen }, { runsHere }] = await Promise.all([import("../../server/check-settings.ts"), import("../serve/runs-here.ts")]);
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
  const [{ checkDatabase }, { SettingError }] = await Promise.all([import("../serve/check-database.ts"), import("../../config/setting-error.ts")]);
  try {
    return await checkDatabase(config);
  } catch (error) {
    if (error instanceof SettingError) return error;
    throw error;
  }
}

async function show(options: ShowOptions): Promise<void> {
  const { listSettings, showConfig } = await import("../../config/show.ts");
  if (options.json !== true && options.origin !== true) return printText(`${showConfig(await loadConfigFor(options)).trimEnd()}\n`);
  const { listModuleSettings, loadModuleRouting } = await import("../sessions/module-settings.ts");
  const [server, modules] = await both(loadConfigFor(options), loadModuleRouting());
  const settings = [...listSettings(server), ...listModuleSettings(modules)];
  if (options.json === true) return printJson(settings);
  printTable(
    ["SETTING", "VALUE", "ORIGIN"],
    settings.map((setting) => {
      const { name, value, origin } = setting;
      const by = "shadowedBy" in setting ? `, without effect: ${setting.shadowedBy} goes first` : "";
      return [name, typeof value === "string" ? value : JSON.stringify(value), `${origin}${by}`];
    }),
  );
}

/** Both, or what is wrong with either, at once. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<readonly [A, B]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === "fulfilled" && second.status === "fulfilled") return [first.value, second.value];
  const { ConfigError } = await import("../../yaml/config-error.ts");
  const reasons: unknown[] = [first, second].flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const problems = reasons.flatMap((reason) => (reason instanceof ConfigError ? reason.problems : []));
  throw reasons.find((reason) => !(reason instanceof ConfigError)) ?? new ConfigError(problems);
}

async function showRegistry({ registry, json }: RegistryOptions): Promise<void> {
  const { loadModuleRouting } = await import("../sessions/module-settings.ts");
  const routing = await loadModuleRouting(registry);
  for (const warning of routing.warnings) printWarning(warning);
  if (json === true) return printJson({ registry: routing.registry, routes: routing.routes });
  print(`CUE_REGISTRY=${shellWord(routing.registry)}`);
}

/** A word that a shell takes as it is. */
function shellWord(text: string): string {
  return /^[\w./:,=+@%-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

async function schema(): Promise<void> {
  const { configJsonSchema } = await import("../../config/json-schema.ts");
  printJson(configJsonSchema());
}
