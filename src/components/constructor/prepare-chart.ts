import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { directoryMembers } from "../../client/content/directory-members.ts";
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
import { helmIgnore } from "./helm-ignore.ts";
import { resolveInputPath } from "./input-path.ts";
import type { HelmInput } from "./input-schema.ts";
import type { InputContext } from "./prepare-input.ts";
import { type PreparedContent, prepareBlob } from "./prepared-content.ts";

/** A packaged chart (helm.sh/docs/topics/registries). */
const CHART_TYPE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

const CHART_FILE = "Chart.yaml";

/** Bytes of a Chart.yaml, and of a .helmignore. */
const FILE_LIMIT = 1024 * 1024;

interface ChartNames {
  readonly name: string;
  readonly version: string;
}

/** A Helm chart as Helm packages it: a tgz as it is, a folder packaged so that equal charts make equal bytes. */
export async function prepareChart({ path: written, repository }: HelmInput, context: InputContext): Promise<PreparedContent> {
  const { path, isFolder } = await resolveInputPath(written, context.folder);
  const { name, version } = parseChart(isFolder ? await readChartFile(path, written) : await readPackagedFile(path, written), written);
  const accepts = isFolder ? helmIgnore(await readIgnoreFile(path)) : undefined;
  const folder = { boundary: context.folder, prefix: name, followLinks: true, filesOnly: true, ...(accepts && { accepts }) };
  const open = () => (isFolder ? gzip(tarStream(metadataFirst(() => directoryMembers(path, folder), `${name}/${CHART_FILE}`))) : readFileStream(path));
  const hint = repository ?? `${context.component}/${name}`;
  return await prepareBlob({ mediaType: CHART_TYPE, open, label: written, referenceName: `${hint}:${versionTag(version) ?? version}` });
}

async function readChartFile(folder: string, label: string): Promise<string> {
  const file = join(folder, CHART_FILE);
  const size = await lstat(file).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
  if (size === undefined) throw new ComponentError("invalid", `${label} is no Helm chart: it has no file ${CHART_FILE}`);
  if (size > FILE_LIMIT) throw new ComponentError("invalid", `${label}: its file ${CHART_FILE} has more than ${FILE_LIMIT} bytes`);
  return await readFile(file, "utf8");
}

/** From `<chart>/Chart.yaml` of a package. */
async function readPackagedFile(path: string, label: string): Promise<string> {
  const { file, isCompressed } = await openTar(path, label);
  try {
    if (!isCompressed) throw new ComponentError("invalid", `${label} is no packaged Helm chart: it is no tgz`);
    const entries = await indexTar(file, label, { names: /^[^/]+\/Chart\.yaml$/ });
    const [place] = entries.values();
    if (place === undefined || entries.size > 1 || place.size > FILE_LIMIT) {
      throw new ComponentError("invalid", `${label} is no packaged Helm chart: expected one ${CHART_FILE} in it, in a folder`);
    }
    return new TextDecoder().decode(await collect(readPart(file, place)));
  } finally {
    await file.close();
  }
}

function parseChart(text: string, label: string): ChartNames {
  const { value } = parseYaml(text, `${label}: ${CHART_FILE}`);
  const { name, version } = isJsonObject(value) ? value : {};
  if (typeof name !== "string" || !/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(name)) throw new ComponentError("invalid", `${label}: its ${CHART_FILE} has no name`);
  if (typeof version !== "string" || version === "") throw new ComponentError("invalid", `${label}: its ${CHART_FILE} has no version`);
  return { name, version };
}

async function readIgnoreFile(folder: string): Promise<string> {
  const file = join(folder, ".helmignore");
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() === true && found.size <= FILE_LIMIT ? await readFile(file, "utf8") : "";
}

/** Readers look for the metadata at the beginning. */
async function* metadataFirst(members: () => AsyncIterable<TarMember>, name: string): AsyncGenerator<TarMember> {
  for await (const member of members()) if (member.name === name) yield member;
  for await (const member of members()) if (member.name !== name) yield member;
}
