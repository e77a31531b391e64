import type { ByteStream } from "../../client/content/content.ts";
import { indexTar } from "../../client/content/tar-index.ts";
import { collect } from "../../client/content/verified.ts";
import { parseYaml } from "../../yaml/yaml-file.ts";
import { ComponentError } from "../component-error.ts";
import type { Json } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import { readPart, spool } from "../repository/temporary-tar.ts";

/** A file of a chart. */
export interface ChartFile {
  /** From the folder of the chart: `charts/db/Chart.yaml`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  open(): ByteStream;
}

/** Bytes of a Chart.yaml, and of other files that are looked into. */
export const CHART_FILE_LIMIT = 1024 * 1024;

/** What tells about dependencies: charts below, packaged or not, and what charts of the first version declare. */
const DEPENDENCY_FILE = /^(?:requirements\.yaml|charts\/[^/._][^/]*(?:\.tgz|\/Chart\.yaml))$/;

/**
 * Checks that every dependency that a chart declares is in it, as Helm does when it packages one.
 * @param chart its Chart.yaml
 * @param files its files, those of `DEPENDENCY_FILE` at least
 * @throws ComponentError `invalid` naming those that are missing
 */
export async function checkDependencies(chart: unknown, files: readonly ChartFile[], label: string): Promise<void> {
  const requirements = files.find(({ name }) => name === "requirements.yaml");
  const declared = [...namesIn(chart), ...(requirements === undefined ? [] : namesIn(await readYaml(requirements, label)))];
  if (declared.length === 0) return;
  const present = new Set<string>();
  for (const file of files) {
    if (!DEPENDENCY_FILE.test(file.name) || file === requirements) continue;
    const below = file.name.endsWith(".tgz") ? await readPackaged(file, label) : await readYaml(file, label);
    if (isJsonObject(below) && typeof below.name === "string") present.add(below.name);
  }
  const missing = [...new Set(declared.filter((name) => !present.has(name)))];
  if (missing.length === 0) return;
  throw new ComponentError(
    "invalid",
    `${label}: found in Chart.yaml, but missing in its folder charts: ${missing.join(", ")}: run 'helm dependency build' first`,
  );
}

function namesIn(value: unknown): readonly string[] {
  const { dependencies } = isJsonObject(value) ? value : {};
  if (!Array.isArray(dependencies)) return [];
  return dependencies.flatMap((each: Json) => (isJsonObject(each) && typeof each.name === "string" ? [each.name] : []));
}

async function readPackaged(packaged: ChartFile, label: string): Promise<unknown> {
  const name = `${label}: ${packaged.name}`;
  const file = await spool(packaged.open(), { name });
  try {
    const entries = await indexTar(file, name, { names: /^[^/]+\/Chart\.yaml$/ });
    const [entry] = entries.values();
    if (entry === undefined) throw new ComponentError("invalid", `${name} is no packaged chart`);
    return await readYaml({ name: packaged.name, size: entry.size, open: () => readPart(file, entry) }, label);
  } finally {
    await file.close();
  }
}

async function readYaml({ name, size, open }: ChartFile, label: string): Promise<unknown> {
  if (size > CHART_FILE_LIMIT) throw new ComponentError("invalid", `${label}: its file ${name} has more than ${CHART_FILE_LIMIT} bytes`);
  return parseYaml(new TextDecoder().decode(await collect(open())), `${label}: ${name}`).value;
}
