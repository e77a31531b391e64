import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type DirectoryOptions, directoryMembers } from "../../client/content/directory-members.ts";
import { readFileStream } from "../../client/content/files.ts";
import { gzip } from "../../client/content/gzip.ts";
import { indexTar } from "../../client/content/tar-index.ts";
import { type TarMember, tarStream } from "../../client/content/tar-stream.ts";
import { collect } from "../../client/content/verified.ts";
import { versionTag } from "../../oci/version.ts";
import { parseYaml } from "../../yaml/yaml-file.ts";
import { ComponentError } from "../component-error.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import { openTar, readPart } from "../repository/temporary-tar.ts";
import { CHART_FILE_LIMIT, type ChartFile, checkDependencies } from "./chart-dependencies.ts";
import { helmIgnore } from "./helm-ignore.ts";
import type { InputContext } from "./input-context.ts";
import { resolveInputPath } from "./input-path.ts";
import type { HelmInput } from "./input-schema.ts";
import { type PreparedContent, prepareBlob } from "./prepared-content.ts";

/** A packaged chart (helm.sh/docs/topics/registries). */
const CHART_TYPE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

const CHART_FILE = "Chart.yaml";

interface ChartNames {
  readonly name: string;
  readonly version: string;
}

/** A Helm chart as Helm packages it: a tgz as it is, a folder packaged so that equal charts make equal bytes. */
export async function prepareChart({ path: written, repository }: HelmInput, context: InputContext): Promise<PreparedContent> {
  const { path, isFolder } = await resolveInputPath(written, context.folder);
  const accepts = isFolder ? helmIgnore(await readIgnoreFile(path)) : undefined;
  const { name, version } = isFolder
    ? await readFolder(path, written, { boundary: context.folder, ...(accepts && { accepts }) })
    : await readPackage(path, written);
  const folder = { boundary: context.folder, prefix: name, followLinks: true, filesOnly: true, ...(accepts && { accepts }) };
  const open = () => (isFolder ? gzip(tarStream(metadataFirst(() => directoryMembers(path, folder), `${name}/${CHART_FILE}`))) : readFileStream(path));
  const hint = repository ?? `${context.component}/${name}`;
  return await prepareBlob({ mediaType: CHART_TYPE, open, label: written, referenceName: `${hint}:${versionTag(version) ?? version}` });
}

async function readFolder(path: string, label: string, options: DirectoryOptions): Promise<ChartNames> {
  const chart = parseChart(await readChartFile(path, label), label);
  const files: ChartFile[] = [];
  for await (const member of directoryMembers(path, { ...options, followLinks: true, filesOnly: true })) if (member.kind === "file") files.push(member);
  await checkDependencies(chart.tree, files, label);
  return chart;
}

async function readChartFile(folder: string, label: string): Promise<string> {
  const file = join(folder, CHART_FILE);
  const size = await lstat(file).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
  if (size === undefined) throw new ComponentError("invalid", `${label} is no Helm chart: it has no file ${CHART_FILE}`);
  if (size > CHART_FILE_LIMIT) throw new ComponentError("invalid", `${label}: its file ${CHART_FILE} has more than ${CHART_FILE_LIMIT} bytes`);
  return await readFile(file, "utf8");
}

/** From `<chart>/Chart.yaml` of a package. */
async function readPackage(path: string, label: string): Promise<ChartNames> {
  const { file, isCompressed } = await openTar(path, label);
  try {
    if (!isCompressed) throw new ComponentError("invalid", `${label} is no packaged Helm chart: it is no tgz`);
    const entries = await indexTar(file, label, { names: /^[^/]+\/(?:Chart\.yaml|requirements\.yaml|charts\/[^/]+(?:\.tgz|\/Chart\.yaml))$/ });
    const charts = [...entries].filter(([name]) => /^[^/]+\/Chart\.yaml$/.test(name));
    const [first] = charts;
    if (first === undefined || charts.length > 1 || first[1].size > CHART_FILE_LIMIT) {
      throw new ComponentError("invalid", `${label} is no packaged Helm chart: expected one ${CHART_FILE} in it, in a folder`);
    }
    const [name, place] = first;
    const root = name.slice(0, -CHART_FILE.length);
    const chart = parseChart(new TextDecoder().decode(await collect(readPart(file, place))), label);
    const files = [...entries].flatMap(([name, entry]) =>
      name.startsWith(root) ? [{ name: name.slice(root.length), size: entry.size, open: () => readPart(file, entry) }] : [],
    );
    await checkDependencies(chart.tree, files, label);
    return chart;
  } finally {
    await file.close();
  }
}

function parseChart(text: string, label: string): ChartNames & { readonly tree: unknown } {
  const { value } = parseYaml(text, `${label}: ${CHART_FILE}`);
  const { name, version } = isJsonObject(value) ? value : {};
  if (typeof name !== "string" || !/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(name)) throw new ComponentError("invalid", `${label}: its ${CHART_FILE} has no name`);
  if (typeof version !== "string" || version === "") throw new ComponentError("invalid", `${label}: its ${CHART_FILE} has no version`);
  return { name, version, tree: value };
}

async function readIgnoreFile(folder: string): Promise<string> {
  const file = join(folder, ".helmignore");
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() === true && found.size <= CHART_FILE_LIMIT ? await readFile(file, "utf8") : "";
}

/** Readers look for the metadata at the beginning. */
async function* metadataFirst(members: () => AsyncIterable<TarMember>, name: string): AsyncGenerator<TarMember> {
  for await (const member of members()) if (member.name === name) yield member;
  for await (const member of members()) if (member.name !== name) yield member;
}
