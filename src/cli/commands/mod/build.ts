import { type Command, Option } from "commander";
import type { PolicyResult, RenderedModule } from "../../../modules/build/build.ts";
import { policyLines } from "../../../modules/build/policy-lines.ts";
import type { ModuleError } from "../../../modules/helper/helper.ts";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { collectOption } from "../../options/values.ts";
import { diagnosticLines } from "../../output/diagnostic-lines.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { printErrJson, printJson, printJsonText, printNote, printText, printWarning } from "../../output/print.ts";
import { withModules } from "../../sessions/module.ts";
import type { BuildOutput } from "./build.output.ts";

interface BuildOptions extends ModuleOptions {
  readonly directory: string;
  readonly values?: string[];
  readonly output: "yaml" | "json";
  readonly split?: boolean;
  readonly outDir?: string;
  readonly expression?: string;
  readonly mode?: "transform" | "objects" | "raw";
  readonly provider?: string;
  readonly name?: string;
  readonly namespace?: string;
  /** False with `--no-local`. */
  readonly local: boolean;
  readonly policyReport?: "json";
}

/** Where `--split` writes to. */
const OUT_DIR = "manifests";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./build.output.ts")).buildOutput;

/** `opm mod build`: the objects that a module renders. */
export function define(command: Command): void {
  command
    .argument("[package]", "a folder of the module, as ./web, or an import path (default: its root)")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("-f, --values <file>", "values for #config, in place of debugValues: CUE, YAML or JSON (repeatable)", collectOption)
    .addOption(new Option("-o, --output <format>", "the format").choices(["yaml", "json"]).default("yaml"))
    .option("--split", "write a file for each object")
    .option("--out-dir <folder>", `where --split writes to (default: ${OUT_DIR})`)
    .option("-e, --expression <cue>", "what to render, e.g. '#resources.web'")
    .addOption(new Option("--mode <mode>", "how to render (default: by the shape of the module)").choices(["transform", "objects", "raw"]))
    .option("--provider <package>", "the package that has the transformers, where the module imports none or several")
    .option("--name <name>", "the name of the instance, for transformers (default: metadata.name)")
    .option("-n, --namespace <name>", "the namespace of the instance, for transformers (default: metadata.defaultNamespace, default)")
    .option("--no-local", "leave out the replacements of cue.mod/local-module.cue")
    .addOption(new Option("--policy-report <format>", "write what became of the policies to standard error as JSON").choices(["json"]));
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod build -f production.yaml | kubectl apply -f -", "with values"],
    ["opm mod build --split --out-dir manifests", "a file for each object"],
    ["opm mod build -e '#resources.web' -o json", "one of the objects"],
  );
}

async function run(name: string | undefined, options: BuildOptions): Promise<void> {
  if (options.outDir !== undefined && options.split !== true) throw new CliError(EXIT.invalid, "--out-dir is for --split: give both, or redirect the output");
  if (options.expression?.trim() === "") throw new CliError(EXIT.invalid, "the expression is empty: leave -e out to render the whole module");
  const built = await withModules(options, async (session) => {
    const [{ findModuleRoot }, { buildModule }] = await Promise.all([import("../../../modules/module-root.ts"), import("../../../modules/build/build.ts")]);
    const root = await findModuleRoot(options.directory);
    const module = await buildModule(session, {
      root,
      from: options.directory,
      output: options.output,
      signal: session.signal,
      ...(name !== undefined && { package: name }),
      ...(options.values && { values: options.values }),
      ...(options.expression !== undefined && { expression: options.expression }),
      ...(options.mode && { mode: options.mode }),
      ...(options.provider !== undefined && { provider: options.provider }),
      ...(options.name !== undefined && { name: options.name }),
      ...(options.namespace !== undefined && { namespace: options.namespace }),
      ...(options.split === true && { split: true }),
      ...(!options.local && { ignoreLocal: true }),
    }).catch((error: ModuleError) => {
      reportFailedPolicies(error, options);
      throw error;
    });
    return { root, module, files: options.split === true ? await split(module, options) : [] };
  });
  reportPolicies(built.module, built.root, options);
  if (options.json === true) return printJson(describe(built.module, built.files));
  if (options.split !== true) (options.output === "json" ? printJsonText : printText)(built.module.text);
}

async function split({ objects }: RenderedModule, { output, outDir = OUT_DIR }: BuildOptions): Promise<string[]> {
  const [{ splitNames }, { writeSplit }, { join }] = await Promise.all([
    import("../../../modules/build/split-names.ts"),
    import("../../../modules/build/write-split.ts"),
    import("node:path"),
  ]);
  const names = splitNames(objects, output);
  await writeSplit(
    outDir,
    objects.map(({ text }, index) => ({ name: names[index] ?? "", text })),
  );
  return names.map((name) => join(outDir, name));
}

/** Says on standard error what became of the policies, and what else is to be known. Violations are told with `--quiet`, too. */
function reportPolicies({ policies, warnings }: RenderedModule, root: string, options: BuildOptions): void {
  if (options.policyReport === "json") printErrJson({ policies });
  if (options.json === true) return;
  for (const text of options.quiet === true ? [] : warnings) printWarning(text);
  for (const { name, origin, mode, violations } of policies) {
    if (violations.length === 0 || mode !== "warn" || options.policyReport === "json") continue;
    printWarning(`the policy ${name} of ${origin} is violated`);
    for (const line of diagnosticLines(violations, { root })) printNote(line);
  }
  if (options.quiet === true || options.policyReport === "json") return;
  for (const line of policyLines(policies)) printNote(line);
}

/** The report of a build that a policy refused. */
function reportFailedPolicies({ details }: ModuleError, { policyReport }: BuildOptions): void {
  const policies = details?.policies as readonly PolicyResult[] | undefined;
  if (policyReport === "json" && policies !== undefined) printErrJson({ policies });
}

function describe({ mode, objects, text, policies, warnings }: RenderedModule, files: readonly string[]): BuildOutput {
  return {
    mode,
    text: files.length > 0 ? null : new TextDecoder().decode(text),
    objects: objects.map(({ kind = null, name = null, namespace = null, text }, index) => ({
      kind,
      name,
      namespace,
      bytes: text.length,
      file: files[index] ?? null,
    })),
    policies,
    warnings,
  };
}
