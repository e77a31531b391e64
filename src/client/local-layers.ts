import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Descriptor } from "../oci/descriptor.ts";
import { OCI_LAYER_TAR_GZIP } from "../oci/media-types.ts";
import { ClientError } from "./client-error.ts";
import type { ByteStream } from "./content/content.ts";
import { digestFile, fileError, writeFileAtomically } from "./content/files.ts";
import { checkDistinct, titleProblem } from "./file-names.ts";
import { fileAnnotations, folderAnnotations } from "./layer-annotations.ts";
import { packFolder } from "./pack-folder.ts";

/** Of a file whose type is not given. */
const DEFAULT_LAYER_TYPE = "application/octet-stream";

export interface FileToPush {
  /** A file, a folder, which is packed, or a pipe. */
  readonly path: string;
  /** What to read in place of the path, e.g. standard input. */
  readonly content?: () => ByteStream;
  /** The name it gets when it is pulled. Default: the path where it is relative and stays below, else its last part. */
  readonly title?: string;
  /** Default: `application/octet-stream`; of a folder that of a compressed layer. */
  readonly mediaType?: string;
}

/** A blob that is somewhere on this machine. */
export interface LocalBlob {
  readonly descriptor: Descriptor;
  readonly title: string;
  readonly content: { readonly path: string } | Uint8Array;
}

/** Files for what is not one as it is: folders are packed, pipes are read to their end. They go with `close`. */
export interface Workplace {
  /** A path that no other call gave. */
  fresh(): Promise<string>;
  close(): Promise<void>;
}

/** A folder is made with the first call. */
export function openWorkplace(): Workplace {
  let folder: Promise<string> | undefined;
  let count = 0;
  return {
    async fresh() {
      folder ??= mkdtemp(join(tmpdir(), "opm-push-"));
      return join(await folder.catch((cause) => Promise.reject(fileError(`cannot write to ${tmpdir()}`, cause))), String(count++));
    },
    async close() {
      const made = await folder?.catch(() => undefined);
      if (made !== undefined) await rm(made, { recursive: true, force: true });
    },
  };
}

/** Files, folders and pipes as layers. @throws ClientError as `pushFiles` does */
export async function describeLayers(files: readonly FileToPush[], workplace: Workplace, signal: AbortSignal | undefined): Promise<LocalBlob[]> {
  const titles = files.map(titleOf);
  checkDistinct(titles);
  const layers: LocalBlob[] = [];
  for (const [at, file] of files.entries()) layers.push(await describeLayer(file, { title: titles[at] ?? "", workplace, signal }));
  return layers;
}

interface LayerContext {
  readonly title: string;
  readonly workplace: Workplace;
  readonly signal: AbortSignal | undefined;
}

async function describeLayer({ path, mediaType, content }: FileToPush, { title, workplace, signal }: LayerContext): Promise<LocalBlob> {
  const found = content === undefined ? await stat(path).catch((cause) => Promise.reject(fileError(`cannot read ${path}`, cause))) : undefined;
  if (found?.isDirectory()) {
    const to = await workplace.fresh();
    const { contentDigest, ...packed } = await packFolder(path, { title, to, ...(signal && { signal }) });
    const descriptor: Descriptor = { mediaType: mediaType ?? OCI_LAYER_TAR_GZIP, ...packed, annotations: folderAnnotations(title, contentDigest) };
    return { descriptor, title, content: { path: to } };
  }
  const local = found?.isFile() ? path : await drain(content?.() ?? pipe(path), { path, workplace });
  const descriptor: Descriptor = {
    mediaType: mediaType ?? DEFAULT_LAYER_TYPE,
    ...(await digestFile(local)),
    annotations: fileAnnotations(title, found?.isFile() ? found.mode : 0),
  };
  return { descriptor, title, content: { path: local } };
}

/** The path of a file with the content: the file itself where it is one that can be read twice. */
export async function regularFile(path: string, workplace: Workplace, content?: () => ByteStream): Promise<string> {
  const found = content === undefined ? await stat(path).catch((cause) => Promise.reject(fileError(`cannot read ${path}`, cause))) : undefined;
  if (found?.isDirectory()) throw new ClientError("invalid", `cannot read ${path}: it is a folder`);
  return found?.isFile() ? path : await drain(content?.() ?? pipe(path), { path, workplace });
}

async function drain(stream: ByteStream, { path, workplace }: { readonly path: string; readonly workplace: Workplace }): Promise<string> {
  const to = await workplace.fresh();
  try {
    await writeFileAtomically(to, stream);
  } catch (cause) {
    throw fileError(`cannot read ${path}`, cause);
  }
  return to;
}

async function* pipe(path: string): AsyncGenerator<Uint8Array> {
  for await (const piece of createReadStream(path)) yield piece as Uint8Array;
}

function titleOf({ path, title }: FileToPush): string {
  if (title === undefined) {
    const relative = path.replace(/^(?:\.\/+)+(?=.)/, "").replace(/(?<=.)\/+$/, "");
    if (relative === ".") return relative;
    return titleProblem(relative) === undefined ? relative : basename(resolve(path));
  }
  const problem = titleProblem(title);
  if (problem !== undefined) throw new ClientError("invalid", `the name '${title.slice(0, 100)}' for ${path} cannot be used: ${problem}`);
  return title;
}
