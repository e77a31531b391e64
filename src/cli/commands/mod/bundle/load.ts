import type { Command } from "commander";
import { addExamples } from "../../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../../options/module.ts";
import { print, printJson, printNote } from "../../../output/print.ts";
import { startProgress } from "../../../output/progress.ts";
import { counted } from "../../../output/short-text.ts";
import { type ModuleCommandSession, withModules } from "../../../sessions/module.ts";
import type { BundleLoadOutput } from "./bundle.output.ts";

interface LoadOptions extends ModuleOptions {
  readonly to?: string;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./bundle.output.ts")).bundleLoadOutput;

/** `opm mod bundle load`: modules from a file into the cache, or to a registry. */
export function define(command: Command): void {
  command
    .argument("<file>", "what 'opm mod bundle save' wrote")
    .option("--to <registries>", "push them there, as CUE_REGISTRY has it, and leave the cache as it is");
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod bundle load deps.tar", "builds find them without a registry"],
    ["opm mod bundle load --to registry.example.com/modules deps.tar", "for everybody there"],
  );
}

async function run(file: string, options: LoadOptions): Promise<void> {
  const loaded = await withModules(options, async (session): Promise<BundleLoadOutput> => {
    const { openLayoutArchive } = await import("../../../../client/content/layout-archive.ts");
    const bundle = await openLayoutArchive(file);
    try {
      return options.to === undefined ? await intoCache(session, bundle) : await intoRegistry(session, bundle, { ...options, to: options.to });
    } finally {
      await bundle.close();
    }
  });
  if (options.json === true) return printJson(loaded);
  print(...loaded.modules.map(({ state, path, version, reference }) => `${state.padEnd(8)}  ${path} ${version}${reference === null ? "" : `  ${reference}`}`));
  if (options.quiet !== true)
    printNote(`${counted(loaded.modules.length, "version")} of modules ${loaded.modules.length === 1 ? "is" : "are"} in ${loaded.cache ?? "the registry"}`);
}

type Bundle = Awaited<ReturnType<typeof import("../../../../client/content/layout-archive.ts")["openLayoutArchive"]>>;

async function intoCache({ routing, cache, signal }: ModuleCommandSession, bundle: Bundle): Promise<BundleLoadOutput> {
  const [{ createModuleSession }, { localRegistry }, { loadIntoCache }] = await Promise.all([
    import("../../../../modules/create-module-session.ts"),
    import("../../../../modules/vendor/local-registry.ts"),
    import("../../../../modules/vendor/bundle.ts"),
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
    import("../../../../modules/mirror.ts"),
    import("../../../../modules/closure/module-source.ts"),
    import("../../../../modules/routing-of-text.ts"),
    import("../../../../modules/vendor/bundle.ts"),
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
