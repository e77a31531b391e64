import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { startProgress } from "../../output/progress.ts";
import { counted } from "../../output/short-text.ts";
import { describeTransfer } from "../../output/transfer-tally.ts";
import { withModules } from "../../sessions/module.ts";
import type { MirrorOutput } from "./mirror.output.ts";
import { rootsOf } from "./roots.ts";

interface MirrorOptions extends ModuleOptions {
  readonly directory: string;
  readonly from?: string;
  readonly to: string;
  readonly allVersions?: boolean;
  /** False for `--no-deps`. */
  readonly deps: boolean;
  /** False for `--no-referrers`. */
  readonly referrers: boolean;
  readonly dryRun?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./mirror.output.ts")).mirrorOutput;

/** `opm mod mirror`: modules from registries to registries. */
export function define(command: Command): void {
  command
    .argument("[module...]", "path@vX.Y.Z (default: what the module here requires)")
    .requiredOption("--to <registries>", "where to, as CUE_REGISTRY has it")
    .option("--from <registries>", "where from, as CUE_REGISTRY has it (default: where modules are)")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("-a, --all-versions", "path and path@vN stand for all of their versions")
    .option("--no-deps", "only these modules, without what they require")
    .option("--no-referrers", "leave signatures, SBOMs and attestations behind")
    .option("-n, --dry-run", "say what would be copied, copy nothing");
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod mirror --to registry.example.com/modules example.com/blog@v1.2.0", "a version with its dependencies"],
    ["opm mod mirror --to registry.example.com/modules", "what the module here requires"],
  );
}

async function run(texts: readonly string[], options: MirrorOptions): Promise<void> {
  const output = await withModules(options, async (session): Promise<MirrorOutput> => {
    const [{ readClosure }, { registryModules }, { mirrorModules }, { routingOfText }] = await Promise.all([
      import("../../../modules/closure/read-closure.ts"),
      import("../../../modules/closure/module-source.ts"),
      import("../../../modules/mirror.ts"),
      import("../../../modules/routing-of-text.ts"),
    ]);
    const { signal } = session;
    if (session.offline) throw new CliError(EXIT.invalid, "a mirror needs registries: leave out --offline and --vendor");
    const to = await session.withRouting(await routingOfText(options.to, "--to", process.env));
    const from = options.from === undefined ? session : await session.withRouting(await routingOfText(options.from, "--from", process.env));
    const { onProgress, totals, stop } = await startProgress(options);
    try {
      const roots = await rootsOf(from, texts, options, signal);
      const modules = await readClosure(await registryModules(from, from.routing), roots, { alone: !options.deps, signal });
      const mirrored = await mirrorModules(to, modules, await registryModules(to, to.routing), {
        dryRun: options.dryRun === true,
        withoutReferrers: !options.referrers,
        onProgress,
        signal,
      });
      return { modules: mirrored.map((module) => ({ ...module })), transfer: totals() };
    } finally {
      stop();
    }
  });
  if (options.json === true) return printJson(output);
  print(...output.modules.map(({ state, path, version, reference }) => `${state.padEnd(7)}  ${path} ${version}  ${reference}`));
  if (options.quiet === true) return;
  const copied = output.modules.filter(({ state }) => state === "copied").length;
  printNote(
    options.dryRun === true
      ? "nothing was copied"
      : `copied ${copied} of ${counted(output.modules.length, "version")} of modules, ${describeTransfer(output.transfer)}`,
  );
}
