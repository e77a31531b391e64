import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../../options/client.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote, printWarning } from "../../output/print.ts";
import { withComponents } from "../../sessions/component.ts";
import { openVersion } from "../../sessions/component-version.ts";
import { addLookupOption, type LookupOptions, repositoryWithLookup } from "../../sessions/lookup.ts";
import type { ComponentCheckOutput } from "./check.output.ts";

interface CheckOptions extends ClientOptions, LookupOptions {
  readonly recursive?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./check.output.ts")).componentCheckOutput;

/** `opm component check` */
export function define(command: Command): void {
  command.argument("<reference>", "<repository>//<component>[:<version>]").option("-r, --recursive", "also what the component versions need that it refers to");
  addLookupOption(command);
  addClientOptions(command).action(run);
  addExamples(command, ["opm component check -r ./product.tgz//acme.org/app:1.0.0", "exit code 6, with a line for each thing that is missing"]);
}

async function run(reference: string, options: CheckOptions): Promise<void> {
  const output = await withComponents(options, async (session): Promise<ComponentCheckOutput> => {
    const { checkVersion } = await import("../../../components/verification/check-version.ts");
    const opened = await openVersion(session, reference);
    const { version, named } = opened;
    const repository = await repositoryWithLookup(session, opened, options);
    const { client, signal } = session;
    const checked = await checkVersion(repository, version, { client, signal, recursive: options.recursive === true });
    const { components, contents, unchecked, findings } = checked;
    return { ...named, complete: findings.length === 0, components, contents, unchecked: [...unchecked], findings: [...findings] };
  });
  const label = `${output.component}:${output.version}`;
  if (options.json === true) printJson(output);
  else {
    print(...output.findings.map(({ message }) => message));
    if (options.quiet !== true) {
      for (const { subject, accessType } of output.unchecked) printWarning(`${subject}: content of access type '${accessType}' was not looked for`);
    }
  }
  const count = output.findings.length;
  if (count > 0) throw new CliError(EXIT.finding, `${label} is not complete: ${count} ${count === 1 ? "thing is" : "things are"} missing`);
  if (options.json === true || options.quiet === true) return;
  printNote(`${label} is complete: ${output.components} component versions, ${output.contents} contents`);
}
