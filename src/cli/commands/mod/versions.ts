import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { counted } from "../../output/short-text.ts";
import { withModules } from "../../sessions/module.ts";
import type { VersionsOutput } from "./versions.output.ts";

interface VersionsOptions extends ModuleOptions {
  readonly pre?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./versions.output.ts")).versionsOutput;

/** `opm mod versions`: which versions of a module there are. */
export function define(command: Command): void {
  command.argument("<module>", "the module's path, with @vN for one major only, or its place in a registry").option("--pre", "pre-releases, too");
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod versions example.com/blog", "all majors; tags that are no versions do not count"],
    ["opm mod versions example.com/blog@v1 --pre", "of one major, with its pre-releases"],
  );
}

async function run(text: string, options: VersionsOptions): Promise<void> {
  const output = await withModules(options, async (session) => {
    const { listVersions } = await import("../../../modules/list-versions.ts");
    return await listVersions(session, text, { pre: options.pre === true, plainHttp: options.plainHttp === true, signal: session.signal });
  });
  if (options.json === true) return printJson(output satisfies VersionsOutput);
  if (output.versions.length > 0) print(...output.versions);
  if (options.quiet === true) return;
  const { module, repository, origin, hidden, entry, versions } = output;
  const count = versions.length === 0 ? "no version" : counted(versions.length, "version");
  printNote(`${count} of ${module} at ${repository} (${origin})`);
  if (hidden > 0) printNote(hidden === 1 ? "1 pre-release is not shown: give --pre" : `${hidden} pre-releases are not shown: give --pre`);
  if (entry !== null) printNote(`to find it there without asking the reference, add to ~/.opm/config.yaml: ${entry}`);
}
