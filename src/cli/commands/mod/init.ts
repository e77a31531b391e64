import { type Command, Option } from "commander";
import { addExamples } from "../../help/examples.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { withModules } from "../../sessions/module.ts";
import type { ModuleInitOutput } from "./change.output.ts";

interface InitOptions {
  readonly directory: string;
  readonly source?: "self" | "git";
  readonly languageVersion?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What a module is called until it has a name. */
const UNNAMED = "cue.example";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./change.output.ts")).moduleInitOutput;

/** `opm mod init`: a new module. */
export function define(command: Command): void {
  command
    .argument("[path]", `the module's path: a domain, a name and the major version (default: ${UNNAMED})`)
    .option("-C, --directory <folder>", "the folder; made where it is missing", ".")
    .addOption(
      new Option("--source <kind>", "what belongs to it: all files (self), or those that git tracks (git); without it self, where path has a major").choices([
        "self",
        "git",
      ]),
    )
    .option("--language, --language-version <version>", "the version of CUE that it is written for; current is that of the CUE in use")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .option("-q, --quiet", "print results and errors only")
    .action(run);
  addExamples(command, ["opm mod init example.com/blog@v0", "here"], ["opm mod init -C blog example.com/blog@v0", "in a new folder"]);
}

async function run(path: string | undefined, options: InitOptions): Promise<void> {
  const output = await withModules(options, async (session): Promise<ModuleInitOutput> => {
    const { initModule } = await import("../../../modules/init-module.ts");
    const module = path ?? UNNAMED;
    const { directory: folder, source, languageVersion: language } = options;
    const request = { folder, path: module, signal: session.signal, ...(source !== undefined && { source }), ...(language !== undefined && { language }) };
    return { module, ...(await initModule(session, request)) };
  });
  if (options.json === true) return printJson(output);
  const { join } = await import("node:path");
  print(...output.changed.map((file) => join(options.directory, file)));
  if (options.quiet === true) return;
  if (options.source === undefined && !output.module.includes("@"))
    printNote("it says no source, as it has no major: before it is published, run 'opm mod edit --source self'");
  if (path === undefined) printNote(`give the module a path of its own with 'opm mod edit --module example.com/blog@v0'`);
}
