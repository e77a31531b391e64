import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { startProgress } from "../../output/progress.ts";
import { describeTransfer } from "../../output/transfer-summary.ts";
import { type ModuleCommandSession, withModules } from "../../sessions/module.ts";
import { rootsOf } from "./mirror.ts";
import type { BundleLoadOutput, BundleOutput } from "./transfer.output.ts";

interface SaveOptions extends ModuleOptions {
  readonly directory: string;
  readonly allVersions?: boolean;
}

interface LoadOptions extends ModuleOptions {
  readonly to?: string;
}

/** `opm mod bundle`: modules in one file. */
export function registerModBundle(mod: Command): void {
  const bundle = mod.command("bundle").description("modules with all that they require in one file, for places without a network");
  const save = bundle
    .command("save")
    .description("write versions of modules, with all that they require, into a file")
    .argument("<file>", "a new file: an OCI layout in a tar archive")
    .argument("[module...]", "path@vX.Y.Z (default: what the module here requires)")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("-a, --all-versions", "path and path@vN stand for all of their versions");
  addModuleOptions(save).action(runSave);
  addExamples(save, ["opm mod bundle save deps.tar", "what the module here requires"], ["opm mod bundle save blog.tar example.com/blog@v1.2.0", "a version"]);
  const load = bundle
    .command("load")
    .description("bring the modules of a file into the module cache, or into a registry")
    .argument("<file>", "what 'opm mod bundle save' wrote")
    .option("--to <registries>", "push them there, as CUE_REGISTRY has it, and leave the cache as it is");
  addModuleOptions(load).action(runLoad);
  addExamples(
    load,
    ["opm mod bundle load deps.tar", "builds find them without a registry"],
    ["opm mod bundle load --to registry.example.com/modules deps.tar", "for everybody there"],
  );
}

async function runSave(file: string, texts: readonly string[], options: SaveOptions): Promise<void> {
  const output = await withModules(options, async (session): Promise<BundleOutput> => {
    const { saveBundle } = await import("../../../modules/vendor/bundle.ts");
    const { signal } = session;
    const { onProgress, totals, stop } = await startProgress(options);
    try {
      const roots = await rootsOf(session, texts, options, signal);
      return { file, modules: await saveBundle(session, roots, file, { onProgress, signal }), transfer: totals() };
    } finally {
      stop();
    }
  });
  if (options.json === true) return printJson(output);
  print(...output.modules.map(({ path, version }) => `${path} ${version}`));
  if (options.quiet !== true) printNote(`${output.modules.length} versions of modules in ${file}, ${describeTransfer(output.transfer)}`);
}

async function runLoad(file: string, options: LoadOptions): Promise<void> {
  const output = await withModules(options, async (session): Promise<BundleLoadOutput> => {
    const { openLayoutArchive } = await import("../../../client/content/layout-archive.ts");
    const bundle = await openLayoutArchive(file);
    try {
      return options.to === undefined ? await intoCache(session, bundle) : await intoRegistry(session, bundle, { ...options, to: options.to });
    } finally {
      await bundle.close();
    }
  });
  if (options.json === true) return printJson(output);
  print(...output.modules.map(({ state, path, version, reference }) => `${state.padEnd(8)}  ${path} ${version}${reference === null ? "" : `  ${reference}`}`));
  if (options.quiet !== true)
    printNote(`${output.modules.length} versions of modules ${output.cache === null ? "are in the registry" : `are in ${output.cache}`}`);
}

type Bundle = Awaited<ReturnType<typeof import("../../../client/content/layout-archive.ts")["openLayoutArchive"]>>;

async function intoCache({ routing, cache, signal }: ModuleCommandSession, bundle: Bundle): Promise<BundleLoadOutput> {
  const [{ createModuleSession }, { localRegistry }, { loadIntoCache }] = await Promise.all([
    import("../../../modules/create-module-session.ts"),
    import("../../../modules/vendor/local-registry.ts"),
    import("../../../modules/vendor/bundle.ts"),
  ]);
  const session = createModuleSession({ env: process.env, routing, offline: true, local: localRegistry(bundle) });
  try {
    const modules = await loadIntoCache(session, bundle, { signal });
    return { cache, modules: modules.map(({ path, version, state }) => ({ path, version, state, reference: null })) };
  } finally {
    await session.close();
  }
}

async function intoRegistry(session: ModuleCommandSession, bundle: Bundle, options: LoadOptions & { readonly to: string }): Promise<BundleLoadOutput> {
  const [{ mirrorModules }, { registryModules }, { routingOfText }, { readBundle }] = await Promise.all([
    import("../../../modules/mirror.ts"),
    import("../../../modules/closure/module-source.ts"),
    import("../../../modules/routing-of-text.ts"),
    import("../../../modules/vendor/bundle.ts"),
  ]);
  const { signal } = session;
  const to = await session.withRouting(await routingOfText(options.to, "--to", process.env));
  const { onProgress, stop } = await startProgress(options);
  try {
    const mirrored = await mirrorModules(to, await readBundle(bundle, { signal }), await registryModules(to, to.routing), { onProgress, signal });
    return { cache: null, modules: mirrored.map((module) => ({ ...module })) };
  } finally {
    stop();
  }
}
