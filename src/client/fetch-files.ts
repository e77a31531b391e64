import { chmod, mkdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { BlobCache } from "./cache.ts";
import { ClientError } from "./client-error.ts";
import type { ContentSource, OpenBlob } from "./content/content.ts";
import { fileError, writePartial } from "./content/files.ts";
import { isInside, leadsInside } from "./inside-folder.ts";
import { folderOf, isExecutable } from "./layer-annotations.ts";
import { createLimiter } from "./limiter.ts";
import { checkFolder, placeFolder } from "./place-folder.ts";
import type { ProgressListener } from "./progress.ts";
import { openVerifiedFiles, type VerifiedFiles } from "./verified-files/verified-files.ts";

/** Layers that are under way at a time. */
const CONCURRENCY = 5;

export interface FetchOptions {
  /** The folder for the files; it is made where it is not there. */
  readonly output: string;
  /** Layers that are there are not downloaded, and those that are downloaded are kept. Default: none. */
  readonly cache?: BlobCache;
  /** Read the files that are there, also those that have not changed since they were verified, as the cache has it noted. Default: false. */
  readonly verify?: boolean;
  /** Layers at a time. Default: 5. */
  readonly concurrency?: number;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** A layer and the name it gets. */
export interface PlannedFile {
  readonly layer: Descriptor;
  readonly name: string;
}

export interface PulledFile {
  /** Below the output folder, with `/` between its parts. */
  readonly name: string;
  readonly path: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  /** False where the cache, or the output folder, had it. Of a dry run: whether it would be. */
  readonly downloaded: boolean;
}

/** A file that is there under another name. */
interface StagedFile extends PulledFile {
  /** Undefined where the file with its name is the one already. */
  readonly partial: string | undefined;
  readonly isFolder: boolean;
}

/** Brings files into a folder: first all of them under other names, then each to its place. */
export async function fetchFiles(source: ContentSource, files: readonly PlannedFile[], options: FetchOptions): Promise<readonly PulledFile[]> {
  const failed = new AbortController();
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const limiter = createLimiter(options.concurrency ?? CONCURRENCY);
  const root = await makeFolder(options.output);
  const verified = openVerifiedFiles(root, { cache: options.cache?.path, verify: options.verify });
  for (const { name } of files) if (name !== ".") await checkPlace(root, join(root, name));
  const stage = (file: PlannedFile) =>
    limiter.run(async () => {
      signal.throwIfAborted();
      return await stageFile(source, file, { ...options, output: root, verified, signal });
    });
  const settled = await Promise.allSettled(
    files.map((file) =>
      stage(file).catch((error) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  const staged = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  try {
    if (staged.length < settled.length) throw failed.signal.reason;
    for (const { partial, path, isFolder } of staged) if (partial !== undefined && isFolder) await checkFolder(partial, path);
    for (const file of staged) {
      if (file.partial !== undefined) await (file.isFolder ? placeFolder(file.partial, file.path) : place(verified, { ...file, partial: file.partial }));
    }
    await verified.save();
    return staged.map(({ partial: _, isFolder: __, ...file }) => file);
  } catch (error) {
    await Promise.all(staged.map(({ partial }) => partial !== undefined && rm(partial, { recursive: true, force: true })));
    throw error;
  }
}

/** What `fetchFiles` would download: content that neither the folder nor the cache has. Nothing is written. */
export async function planFiles(files: readonly PlannedFile[], options: FetchOptions): Promise<readonly PulledFile[]> {
  const { output, cache, verify, onProgress } = options;
  const verified = openVerifiedFiles(output, { cache: cache?.path, verify, dryRun: true });
  const counted = new Set<string>();
  return await Promise.all(
    files.map(async ({ layer, name }) => {
      const { digest, size, mediaType } = layer;
      const path = join(output, name);
      const present = (folderOf(layer) === undefined && (await hasContent(verified, path, layer))) || (await cache?.find(layer)) !== undefined;
      const downloaded = !present && !counted.has(digest);
      counted.add(digest);
      onProgress?.({ kind: "blob", digest, title: name, state: present ? "skipped" : "started", bytes: 0, total: size });
      return { name, path, digest, size, mediaType, downloaded };
    }),
  );
}

interface StageOptions extends FetchOptions {
  readonly verified: VerifiedFiles;
  readonly signal: AbortSignal;
}

async function stageFile(source: ContentSource, { layer, name }: PlannedFile, options: StageOptions): Promise<StagedFile> {
  const { output, cache, verified, onProgress, signal } = options;
  const path = join(output, name);
  const { digest, size, mediaType } = layer;
  const report = (state: "started" | "moving" | "done" | "skipped", bytes = size) =>
    onProgress?.({ kind: "blob", digest, title: name, state, bytes, total: size });
  const folder = folderOf(layer);
  const file = { name, path, digest, size, mediaType, isFolder: folder !== undefined };
  // what the output folder itself gets is made in it, too
  const place = path === output ? join(output, "folder") : path;
  await makePlace(output, place);
  if (folder === undefined && (await hasContent(verified, path, layer))) {
    if (isExecutable(layer)) await makeTheirs(path, layer);
    report("skipped");
    return { ...file, downloaded: false, partial: undefined };
  }
  const partial = partialPath(place);
  const finish = async (downloaded: boolean): Promise<StagedFile> => {
    const staged = folder === undefined ? partial : await unpacked(partial, { ...folder, place, name: `${source.name}@${digest}`, signal });
    if (folder === undefined) await makeTheirs(partial, layer);
    report(downloaded ? "done" : "skipped");
    return { ...file, downloaded, partial: staged };
  };
  try {
    if (await cache?.copyTo(layer, partial)) return await finish(false);
    report("started", 0);
    const open: OpenBlob = (begun) => source.blob(layer, { signal, begun });
    const onBytes = (bytes: number) => report("moving", bytes);
    if (cache !== undefined && (await cache.takes(digest))) await cache.add(layer, source.resumes === true ? open : open(), { onBytes, copyTo: partial });
    else await rename(await writePartial(place, open(), { onBytes }), partial);
    return await finish(true);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

interface PackedPlace {
  readonly title: string;
  readonly digest: Digest | undefined;
  readonly place: string;
  readonly name: string;
  readonly signal: AbortSignal;
}

/** A folder beside its place, in place of the archive that it was in. */
async function unpacked(archive: string, { title, digest, place, name, signal }: PackedPlace): Promise<string> {
  const to = partialPath(place);
  // seldom, so that what it takes is loaded then
  const { unpackFolder } = await import("./unpack-folder.ts");
  try {
    await unpackFolder(archive, { prefix: title, to, digest, name, signal });
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw error;
  }
  await rm(archive, { force: true });
  return to;
}

async function makeFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    return await realpath(path);
  } catch (cause) {
    throw fileError(`cannot write to ${path}`, cause);
  }
}

/** A link inside the output folder could lead out of it: that is looked at before anything is made, and again when the folder is there. */
async function checkPlace(root: string, path: string): Promise<void> {
  if (!(await leadsInside(root, dirname(path)))) throw outside(root, path);
}

async function makePlace(root: string, path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    if (!isInside(root, await realpath(folder))) throw outside(root, path);
  } catch (cause) {
    throw fileError(`cannot write ${path}`, cause);
  }
}

function outside(root: string, path: string): ClientError {
  return new ClientError("invalid", `${path} would be written outside of ${root}, through a link: nothing was written`);
}

/** What is there already need not be downloaded. */
async function hasContent(verified: VerifiedFiles, path: string, layer: Descriptor): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  if (!found.isFile()) throw new ClientError("general", `cannot write ${path}: it is there and not a file`);
  return await verified.holds(path, layer);
}

/** A name of nobody else's, beside the file that it becomes. */
function partialPath(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 64)}.${crypto.randomUUID()}.partial`);
}

/** A copy is the user's to change, as a file that was downloaded, and to run, where its layer says so. */
async function makeTheirs(path: string, layer: Descriptor): Promise<void> {
  const mode = (isExecutable(layer) ? 0o777 : 0o666) & ~process.umask();
  // a change that is none would be a change of the file all the same
  if (((await stat(path)).mode & 0o777) !== mode) await chmod(path, mode);
}

async function place(verified: VerifiedFiles, { partial, path, digest, size }: StagedFile & { readonly partial: string }): Promise<void> {
  try {
    await verified.place(partial, path, { digest, size });
  } catch (cause) {
    throw fileError(`cannot write ${path}`, cause);
  }
}
