import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { formatPosition } from "../../output/diagnostic-lines.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote, printWarning } from "../../output/print.ts";
import { formatAmount } from "../../output/short-text.ts";
import { type ModuleCommandSession, withModules } from "../../sessions/module.ts";
import type { TidyOutput } from "./dependencies.output.ts";
import { showModuleProgress } from "./progress.ts";
import { changeLine, describeChange, describeModule } from "./report-dependencies.ts";

interface TidyCommandOptions extends ModuleOptions {
  readonly directory: string;
  readonly check?: boolean;
  readonly frozen?: boolean;
  readonly keepCache?: boolean;
  readonly localOnly?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./dependencies.output.ts")).tidyOutput;

/** `opm mod tidy`: dependencies that the imports need, and no others. */
export function define(command: Command): void {
  command
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("--check", "only look: exit code 2 where the module is not tidy")
    .option("--frozen", "add nothing: exit code 2 where a dependency is missing")
    .option("--keep-cache", "leave in the cache what this module needs no more")
    .option("--local-only", "for this machine only: what local-module.cue replaces need be in no registry");
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod tidy", "after imports changed; new dependencies come in their newest stable version"],
    ["opm mod tidy --check", "for pipelines: exit code 2 where the module is not tidy, and who is to blame"],
  );
}

async function run(options: TidyCommandOptions): Promise<void> {
  if (options.check === true && options.keepCache === true) throw new CliError(EXIT.invalid, "--check changes nothing: it does not go with --keep-cache");
  const output = await withModules(options, async (session) => {
    const { findModuleRoot } = await import("../../../modules/module-root.ts");
    const root = await findModuleRoot(options.directory);
    return options.check === true ? await check(session, root, options) : await tidy(session, root, options);
  });
  if (options.json === true) printJson(output);
  else report(output, options);
}

async function check({ helper, signal }: ModuleCommandSession, root: string, { localOnly = false }: TidyCommandOptions): Promise<TidyOutput> {
  const { checkTidy } = await import("../../../modules/tidy/tidy.ts");
  await checkTidy({ helper }, { root, localOnly, signal });
  return { root, changes: [], modules: [], changed: [], removed: [], bytes: 0, warnings: [] };
}

async function tidy(session: ModuleCommandSession, root: string, options: TidyCommandOptions): Promise<TidyOutput> {
  const { tidyModule } = await import("../../../modules/tidy/tidy.ts");
  const { frozen = false, localOnly = false, keepCache } = options;
  const progress = showModuleProgress(options);
  const home = keepCache === true ? undefined : process.env.HOME;
  try {
    const { changes, modules, files, dropped } = await tidyModule(session, {
      root,
      frozen,
      localOnly,
      home,
      signal: session.signal,
      onProgress: progress.onProgress,
    });
    return {
      root,
      changes: changes.map(describeChange),
      modules: modules.map(describeModule),
      changed: [...files],
      removed: dropped.modules.map(({ path, version }) => ({ module: path, version })),
      bytes: dropped.bytes,
      warnings: dropped.problem === undefined ? [] : [`the cache keeps what no project needs any more: ${dropped.problem}`],
    };
  } finally {
    progress.stop();
  }
}

function report({ root, changes, changed, removed, bytes, warnings }: TidyOutput, { quiet }: TidyCommandOptions): void {
  for (const change of changes) {
    const [first] = change.imports;
    const where = first === undefined ? "" : `, needed by ${formatPosition(first.position, { root })}`;
    const why = change.from === null ? ` (new${where})` : change.to === null ? " (nothing needs it)" : "";
    print(`${changeLine(change)}${why}`);
  }
  if (quiet === true) return;
  for (const warning of warnings) printWarning(warning);
  if (changed.length === 0) printNote("the module is tidy");
  for (const { module, version } of removed) printNote(`removed ${module} ${version} from the cache: no project that opm knows needs it`);
  if (removed.length > 0) printNote(`${formatAmount(bytes)} are free again`);
}
