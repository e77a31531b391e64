import { relative, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { ModuleEdits } from "../../../modules/edit-module.ts";
import { addExamples } from "../../help/examples.ts";
import { collectOption } from "../../options/values.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { withModules } from "../../sessions/module.ts";
import type { ModuleChangeOutput } from "./change.output.ts";
import { reportChange } from "./report-change.ts";

interface EditOptions {
  readonly directory: string;
  readonly module?: string;
  readonly source?: "self" | "git";
  readonly dropSource?: boolean;
  readonly languageVersion?: string;
  readonly description?: string;
  readonly dropDescription?: boolean;
  readonly require?: readonly string[];
  readonly dropRequire?: readonly string[];
  readonly replace?: readonly string[];
  readonly dropReplace?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./change.output.ts")).moduleChangeOutput;

/** `opm mod edit`: the module file, without an editor. */
export function define(command: Command): void {
  command
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("--module <path>", "another path for the module")
    .addOption(new Option("--source <kind>", "what belongs to it: all files (self), or those that git tracks (git)").choices(["self", "git"]))
    .addOption(new Option("--drop-source", "say nothing on it; it cannot be published then").conflicts("source"))
    .option("--language, --language-version <version>", "the version of CUE that it is written for; current is that of the CUE in use")
    .option("--description <text>", "what the module is")
    .addOption(new Option("--drop-description", "no description").conflicts("description"))
    .option("--require <path@version>", "require at least this version of a module (repeatable)", collectOption)
    .option("--drop-require <path>", "require a module no more (repeatable)", collectOption)
    .option("--replace <path=replacement>", "use a folder or another module in its place, on this machine only (repeatable)", collectOption)
    .option("--drop-replace <path>", "end a replacement (repeatable)", collectOption)
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .option("-q, --quiet", "print results and errors only")
    .action(run);
  addExamples(
    command,
    ["opm mod edit --source git", "publish the files that git tracks"],
    ["opm mod edit --require example.com/lib@v1.2.0", "require a version"],
    ["opm mod edit --replace example.com/lib@v1=../lib", "work on a dependency in the folder beside it"],
  );
}

async function run(options: EditOptions): Promise<void> {
  const output = await withModules(options, async (session): Promise<ModuleChangeOutput> => {
    const [{ findModuleRoot }, editing] = await Promise.all([import("../../../modules/module-root.ts"), import("../../../modules/edit-module.ts")]);
    const root = await findModuleRoot(options.directory);
    const edits = editsOf(options, root, editing);
    if (Object.keys(edits).length === 0) throw new CliError(EXIT.invalid, "there is nothing to edit: say what to change, as 'opm mod edit --help' shows");
    return { root, changed: await editing.editModule(session, edits, { root, signal: session.signal }) };
  });
  reportChange(output, options);
}

type Editing = typeof import("../../../modules/edit-module.ts");

function editsOf(options: EditOptions, root: string, { parseReplacement, parseRequirement }: Editing): ModuleEdits {
  const { module, source, dropSource, languageVersion, description, dropDescription, require, dropRequire, replace, dropReplace } = options;
  const from = resolve(options.directory);
  return {
    ...(module !== undefined && { module }),
    ...(source !== undefined && { source }),
    ...(dropSource === true && { source: null }),
    ...(languageVersion !== undefined && { language: languageVersion }),
    ...(description !== undefined && { description }),
    ...(dropDescription === true && { description: null }),
    ...(require && { require: require.map(parseRequirement) }),
    ...(dropRequire && { drop: [...dropRequire] }),
    ...(replace && { replace: replace.map(parseReplacement).map((one) => ({ ...one, with: fromRoot(one.with, from, root) })) }),
    ...(dropReplace && { dropReplace: [...dropReplace] }),
  };
}

/** A folder is named from where the user is, and written as seen from the root. */
function fromRoot(replacement: string, from: string, root: string): string {
  if (from === root || !/^\.\.?(?:[\\/]|$)/.test(replacement)) return replacement;
  const path = relative(root, resolve(from, replacement)).replaceAll("\\", "/");
  return path.startsWith("../") ? path : `./${path}`;
}
