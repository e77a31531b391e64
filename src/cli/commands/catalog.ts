import type { Command } from "commander";
import type { PlanStep } from "../../api/administration.ts";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions } from "../options/client.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson, printNote, printText } from "../output/print.ts";
import type { ApiSession } from "../sessions/package.ts";

interface FileOptions extends HostOptions {
  readonly file: string;
  readonly prune?: boolean;
}
interface ApplyOptions extends FileOptions {
  readonly yes?: boolean;
}
interface PlanOptions extends FileOptions {
  readonly check?: boolean;
}

/** `opm catalog`: namespaces, projects, repositories, policies, grants and types as a file under version control. */
export function registerCatalog(program: Command): void {
  const catalog = program.command("catalog").description("declare namespaces, projects and policies in a file");
  const file = "-f, --file <file>";
  const prune = "also remove what the file does not declare; content stays";
  const applying = catalog
    .command("apply")
    .description("make the registry what the file declares")
    .requiredOption(file, "the catalog file")
    .option("--prune", prune);
  addHostOptions(applying.option("-y, --yes", "do not ask before something is removed")).action(apply);
  addExamples(applying, ["opm catalog apply -f catalog.yaml --registry registry.example.com", "prints what it changes; a second time nothing"]);
  const planning = catalog.command("plan").description("show what apply would change").requiredOption(file, "the catalog file").option("--prune", prune);
  addHostOptions(planning.option("--check", "exit with 6 when something would change")).action(plan);
  addExamples(planning, ["opm catalog plan --check -f catalog.yaml --registry localhost:5000", "whether registry and file have drifted apart"]);
  const exporting = catalog.command("export").description("write everything that was declared, as a catalog file");
  addHostOptions(exporting).action(exportFile);
  addExamples(exporting, ["opm catalog export --registry registry.example.com > catalog.yaml", "what apply takes again"]);
}

async function apply(options: ApplyOptions): Promise<void> {
  const reply = await withFile(options, "apply", async ({ call, signal }, catalog) => {
    const body = { catalog, ...(options.prune && { prune: true }) };
    if (options.prune === true && options.yes !== true) {
      const { steps } = await call("applyCatalog", { body: { ...body, dryRun: true } });
      const removed = steps.filter(({ action }) => action === "remove");
      if (removed.length > 0) {
        for (const step of removed) printNote(`${step.action} ${step.kind} ${step.name}`);
        const { confirm } = await import("../prompts/confirm.ts");
        await confirm(`Remove ${removed.length} ${removed.length === 1 ? "declaration" : "declarations"}?`, { yes: false, signal });
      }
    }
    return await call("applyCatalog", { body });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(...linesOf(reply.steps), reply.steps.length === 0 ? "nothing to change" : `${count(reply.steps.length)} applied`);
}

async function plan(options: PlanOptions): Promise<void> {
  const reply = await withFile(options, "plan", ({ call }, catalog) =>
    call("applyCatalog", { body: { catalog, ...(options.prune && { prune: true }), dryRun: true } }),
  );
  if (options.json === true) printJson(reply);
  else print(...linesOf(reply.steps), reply.steps.length === 0 ? "nothing to change" : `${count(reply.steps.length)} to apply`);
  if (options.check === true && reply.steps.length > 0) throw new CliError(EXIT.finding, `the registry is not what ${options.file} declares`);
}

async function exportFile(options: HostOptions): Promise<void> {
  const [{ registryHost }, { withPackageApi }, { catalogYaml }] = await Promise.all([
    import("../options/client.ts"),
    import("../sessions/package.ts"),
    import("./catalog/catalog-file.ts"),
  ]);
  const registry = await registryHost(options);
  const reply = await withPackageApi(options, { registry, what: `cannot export the catalog of ${registry}` }, ({ call }) => call("exportCatalog", {}));
  if (options.json === true) return printJson(reply);
  printText(catalogYaml(reply));
}

async function withFile<T>(
  options: FileOptions,
  verb: "apply" | "plan",
  work: (session: ApiSession, catalog: Awaited<ReturnType<typeof import("./catalog/catalog-file.ts").readCatalogFile>>) => Promise<T>,
): Promise<T> {
  const [{ registryHost }, { withPackageApi }, { readCatalogFile }] = await Promise.all([
    import("../options/client.ts"),
    import("../sessions/package.ts"),
    import("./catalog/catalog-file.ts"),
  ]);
  const catalog = await readCatalogFile(options.file);
  const registry = await registryHost(options);
  return await withPackageApi(options, { registry, what: `cannot ${verb} ${options.file} to ${registry}` }, (session) => work(session, catalog));
}

function count(steps: number): string {
  return `${steps} ${steps === 1 ? "change" : "changes"}`;
}

function linesOf(steps: readonly PlanStep[]): string[] {
  return steps.flatMap(({ action, kind, name, changes }) => [
    `${SIGNS[action]} ${kind} ${name}`,
    ...(action === "change" ? changes.map(({ field, from, to }) => `    ${field}: ${show(from)} -> ${show(to)}`) : []),
  ]);
}

const SIGNS = { create: "+", change: "~", remove: "-" } as const;

function show(value: unknown): string {
  return value === undefined || value === null ? "(none)" : typeof value === "string" ? value : JSON.stringify(value);
}
