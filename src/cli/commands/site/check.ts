import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type HostOptions } from "../../options/client.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson } from "../../output/print.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import { withClient } from "../../sessions/client.ts";
import type { SiteCheckOutput } from "./site.output.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./site.output.ts")).siteCheckOutput;

/** `opm site check`: whether a site is whole, and whether a host serves it as clients need it. */
export function define(command: Command): void {
  command
    .argument("<folder>", "a site that 'opm site build' wrote")
    .argument("[host]", "host[:port] that serves it: ask there, in place of reading the folder");
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm site check site", "read every file"],
    ["opm site check site packages.example.com", "ask the host for every file, and look at its headers"],
  );
}

async function run(folder: string, hostText: string | undefined, options: HostOptions): Promise<void> {
  const output = await withClient(options, async ({ client, signal }): Promise<SiteCheckOutput> => {
    if (hostText === undefined) {
      const { checkSite } = await import("../../../site/check-site.ts");
      return { folder, host: null, ...(await checkSite(folder, signal)) };
    }
    const [{ hostArgument }, { checkServed }] = await Promise.all([import("../../arguments/host.ts"), import("../../../site/check-served.ts")]);
    const { registry, rest } = await hostArgument(hostText, options);
    if (rest !== "") throw new CliError(EXIT.invalid, `'${hostText}' is not a host: a site stands at the root of one, host[:port]`);
    return { folder, host: registry, ...(await checkServed(folder, client.connection(registry), signal)) };
  });
  if (options.json === true) printJson(output);
  else {
    print(...output.problems.map(({ path, problem }) => `${path} ${problem}`));
    if (output.problems.length === 0 && options.quiet !== true)
      print(`${counted(output.files, "file")} of ${formatAmount(output.bytes)} are as they should be`);
  }
  if (output.problems.length > 0) throw new CliError(EXIT.finding, `${counted(output.problems.length, "problem")} found in the site ${folder}`);
}
