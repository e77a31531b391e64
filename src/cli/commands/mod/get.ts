import type { Command } from "commander";
import type { GotModules } from "../../../modules/get/get.ts";
import type { ModuleVersion } from "../../../modules/helper/protocol.ts";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { printJson, printNote } from "../../output/print.ts";
import { type ModuleCommandSession, withModules } from "../../sessions/module.ts";
import type { GetOutput } from "./dependencies.output.ts";
import { showModuleProgress } from "./progress.ts";
import { describeDependencies, refuseProblems, reportDependencies } from "./report-dependencies.ts";

interface GetCommandOptions extends ModuleOptions {
  readonly directory: string;
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./dependencies.output.ts")).getOutput;

/** `opm mod get`: dependencies, in exact versions. */
export function define(command: Command): void {
  command
    .argument("[reference...]", "module@vX.Y.Z, or its place in a registry, host[:port]/…@vX.Y.Z")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("-f, --force", "fetch anew what is cached already: the named modules, or all")
    .option("-y, --yes", "of module@vN take the newest stable version without asking");
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod get example.com/blog@v1.2.0", "depend on a version, and on all that it requires"],
    ["opm mod get", "fetch all that the module depends on, e.g. to work offline"],
    ["opm mod get --force example.com/blog@v1.2.0", "replace what is damaged in the cache"],
  );
}

async function run(references: readonly string[], options: GetCommandOptions): Promise<void> {
  const output = await withModules(options, async (session) => {
    const { findModuleRoot } = await import("../../../modules/module-root.ts");
    const root = await findModuleRoot(options.directory);
    const progress = showModuleProgress(options);
    try {
      const got = await get(session, references, { ...options, root, onProgress: progress.onProgress });
      return { ...describeDependencies(root, got), registry: got.registry, entries: got.added.map(({ entry }) => entry) } satisfies GetOutput;
    } finally {
      progress.stop();
    }
  });
  if (options.json === true) printJson(output);
  else report(output, options);
  await refuseProblems(output.problems, output);
}

type Work = GetCommandOptions & Pick<Parameters<typeof import("../../../modules/get/get.ts").getModules>[2], "root" | "onProgress">;

async function get(session: ModuleCommandSession, references: readonly string[], work: Work): Promise<GotModules> {
  const [{ fetchDependencies, getModules }, { askerFor }] = await Promise.all([import("../../../modules/get/get.ts"), import("../../prompts/ask.ts")]);
  const { root, onProgress, force, plainHttp } = work;
  const { signal } = session;
  const shared = { root, signal, ...(onProgress && { onProgress }), ...(force !== undefined && { force }) };
  if (references.length > 0) {
    const asker = askerFor({ yes: work.yes === true, signal });
    const agree = asker && (async ({ path, version }: ModuleVersion) => (await asker(`Take ${version}, the newest stable version of ${path}?`)) === "yes");
    return await getModules(session, references, { ...shared, ...(plainHttp !== undefined && { plainHttp }), agree });
  }
  const modules = await fetchDependencies(session, shared);
  const changes = modules.map(({ path, version }) => ({ path, from: version, to: version, imports: [] }));
  return { changes, modules, files: [], problems: [], added: [], registry: session.routing.registry };
}

function report(output: GetOutput, options: GetCommandOptions): void {
  reportDependencies(output, options);
  if (options.quiet === true || output.entries.length === 0) return;
  for (const entry of output.entries) printNote(`to find it there, other tools need in ~/.opm/config.yaml: ${entry}`);
  printNote(`or, for cue: CUE_REGISTRY='${output.registry}'`);
}
