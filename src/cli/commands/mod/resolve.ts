import type { Command } from "commander";
import type { LoadedRouting } from "../../../modules/routing/load.ts";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { printJson, printTable, printWarning } from "../../output/print.ts";
import type { ResolveOutput } from "./resolve.output.ts";

interface ResolveOptions extends ModuleOptions {
  readonly directory: string;
  readonly deps?: boolean;
}

interface Asked {
  readonly path: string;
  readonly version?: string;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./resolve.output.ts")).resolveOutput;

/** `opm mod resolve`: where modules are, by the configuration alone. */
export function define(command: Command): void {
  command
    .argument("[module...]", "module paths, with or without @vX.Y.Z (default: this module)")
    .option("--deps", "the dependencies of this module")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".");
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod resolve example.com/blog@v1.0.0", "the reference of a version, and the setting that says so"],
    ["opm mod resolve --deps", "where the dependencies of this module come from"],
  );
}

async function run(texts: readonly string[], options: ResolveOptions): Promise<void> {
  if (options.deps === true && texts.length > 0) throw new CliError(EXIT.invalid, "--deps is about this module: it does not go with module paths");
  const asked = options.deps === true || texts.length === 0 || texts.includes(".") ? await askModule(options) : [];
  const { loadModuleRouting } = await import("../../sessions/module-settings.ts");
  const routing = await loadModuleRouting(options.registry);
  if (options.quiet !== true) for (const warning of routing.warnings) printWarning(warning);
  const output = await resolve([...asked, ...(await parse(texts.filter((text) => text !== ".")))], routing);
  if (options.json === true) return printJson(output);
  printTable(
    ["MODULE", "REFERENCE", "SAID BY"],
    output.modules.map(({ module, version, reference, origin }) => [version === null ? module : `${module}@${version}`, reference, origin]),
  );
}

/** This module, or what it depends on. */
async function askModule(options: ResolveOptions): Promise<Asked[]> {
  const [{ withModules }, { findModuleRoot }] = await Promise.all([import("../../sessions/module.ts"), import("../../../modules/module-root.ts")]);
  const root = await findModuleRoot(options.directory);
  const { file } = await withModules(options, ({ helper, signal }) => helper.call("moduleFile", { root }, { signal }));
  const { splitModulePath } = await import("../../../modules/module-path.ts");
  if (options.deps !== true) return [{ path: file.basePath }];
  return file.dependencies.map(({ path, version }) => ({ path: splitModulePath(path).base, version }));
}

async function parse(texts: readonly string[]): Promise<Asked[]> {
  const [{ basePathProblem, isMajor, splitModulePath }, { isModuleVersion }, { ModuleError }] = await Promise.all([
    import("../../../modules/module-path.ts"),
    import("../../../modules/module-version.ts"),
    import("../../../modules/helper/helper.ts"),
  ]);
  return texts.map((text) => {
    const { base, major: version } = splitModulePath(text);
    const problem = basePathProblem(base);
    if (problem !== undefined) throw new ModuleError("invalid", `'${text}' is no module path: ${problem}`);
    if (version === undefined || isMajor(version)) return { path: base };
    if (isModuleVersion(version)) return { path: base, version };
    throw new ModuleError("invalid", `'${text}': expected a version such as v1.2.3 after @, or none`);
  });
}

async function resolve(asked: readonly Asked[], routing: LoadedRouting): Promise<ResolveOutput> {
  const [{ locateBy, routeOf }, { ModuleError }] = await Promise.all([
    import("../../../modules/routing/locate.ts"),
    import("../../../modules/helper/helper.ts"),
  ]);
  const modules = asked.map(({ path, version }) => {
    const route = routeOf(routing, path);
    const location = route && locateBy(route, path, version);
    if (route === undefined || location === undefined) throw new ModuleError("not-found", `no registry has ${path}: ${route?.origin ?? "nothing"} says none`);
    const { host, repository, tag, insecure } = location;
    const reference = `${host}/${repository}${tag === undefined ? "" : `:${tag}`}`;
    return { module: path, version: version ?? null, reference, insecure, origin: route.origin };
  });
  return { modules };
}
