import type { Command } from "commander";
import { addServerOptions, type ConfigOptions, loadConfigFor } from "../config-options.ts";
import { print, printJson, printTable } from "../output.ts";
import { refuseExposure } from "../refuse-exposure.ts";

interface ShowOptions extends ConfigOptions {
  readonly origin?: boolean;
  readonly json?: boolean;
}

/** `opm config`: checks, shows and describes the configuration. */
export function registerConfig(program: Command): void {
  const config = program.command("config").description("check, show or describe the configuration");
  addServerOptions(config.command("check").description("check the configuration and say what is wrong with it")).action(check);
  addServerOptions(config.command("show").description("print the configuration in effect as YAML, without secrets"))
    .option("--origin", "print where each value comes from")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(show);
  config.command("schema").description("print the JSON Schema of the configuration file").action(schema);
}

async function check(options: ConfigOptions): Promise<void> {
  const { config, file } = await loadConfigFor(options);
  await refuseExposure(config);
  print(`${file ?? "the configuration (no file)"} is valid`);
}

async function show(options: ShowOptions): Promise<void> {
  const loaded = await loadConfigFor(options);
  const { listSettings, showConfig } = await import("../../config/show.ts");
  if (options.json === true) return printJson(listSettings(loaded));
  if (options.origin !== true) return print(showConfig(loaded).trimEnd());
  printTable(
    ["SETTING", "VALUE", "ORIGIN"],
    listSettings(loaded).map(({ name, value, origin }) => [name, typeof value === "string" ? value : JSON.stringify(value), origin]),
  );
}

async function schema(): Promise<void> {
  const { configJsonSchema } = await import("../../config/json-schema.ts");
  printJson(configJsonSchema());
}
