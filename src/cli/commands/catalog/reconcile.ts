import type { Command } from "commander";
import type { PlanStep } from "../../../api/administration.ts";
import { type HostOptions, registryHost } from "../../options/client.ts";
import type { ApiSession } from "../../sessions/package.ts";

/** What `apply` and `plan` take. */
export interface FileOptions extends HostOptions {
  readonly file: string;
  readonly prune?: boolean;
}

/** Adds `--file` and `--prune`. */
export function addFileOptions(command: Command): Command {
  return command.requiredOption("-f, --file <file>", "the catalog file").option("--prune", "also remove what the file does not declare; content stays");
}

/** Works with a catalog file at the registry that the options name. */
export async function withCatalogFile<T>(
  options: FileOptions,
  verb: "apply" | "plan",
  work: (session: ApiSession, catalog: Awaited<ReturnType<typeof import("./catalog-file.ts").readCatalogFile>>) => Promise<T>,
): Promise<T> {
  const [{ withPackageApi }, { readCatalogFile }] = await Promise.all([import("../../sessions/package.ts"), import("./catalog-file.ts")]);
  const catalog = await readCatalogFile(options.file);
  const registry = await registryHost(options);
  return await withPackageApi(options, { registry, what: `cannot ${verb} ${options.file} to ${registry}` }, (session) => work(session, catalog));
}

/** What is done, or would be, a line each. */
export function stepLines(steps: readonly PlanStep[]): string[] {
  return steps.flatMap(({ action, kind, name, changes }) => [
    `${SIGNS[action]} ${kind} ${name}`,
    ...(action === "change" ? changes.map(({ field, from, to }) => `    ${field}: ${show(from)} -> ${show(to)}`) : []),
  ]);
}

const SIGNS = { create: "+", change: "~", remove: "-" } as const;

function show(value: unknown): string {
  return value === undefined || value === null ? "(none)" : typeof value === "string" ? value : JSON.stringify(value);
}

/** `1 change`, `2 changes` */
export function countSteps(steps: number): string {
  return `${steps} ${steps === 1 ? "change" : "changes"}`;
}
