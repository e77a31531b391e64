import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addServerOptions, type ConfigOptions, loadConfigFor } from "../../options/config.ts";
import { printJson, printTable, printText } from "../../output/print.ts";

interface ShowOptions extends ConfigOptions {
  readonly origin?: boolean;
  readonly json?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./show.output.ts")).configShowOutput;

/** `opm config show`: what is in effect, and why. */
export function define(command: Command): void {
  addServerOptions(command)
    .option("--origin", "print where each value comes from, and which registries modules are in")
    .option("--json", "print JSON")
    .action(run);
  addExamples(command, ["opm config show --origin", "what comes from a flag, a variable, the file or a default"]);
}

async function run(options: ShowOptions): Promise<void> {
  const { listSettings, showConfig } = await import("../../../config/show.ts");
  if (options.json !== true && options.origin !== true) return printText(`${showConfig(await loadConfigFor(options)).trimEnd()}\n`);
  const { listModuleSettings, loadSettings } = await import("../../sessions/module-settings.ts");
  const [server, modules] = await loadSettings(options);
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
