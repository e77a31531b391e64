import { chmod, mkdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Descriptor } from "../oci/descriptor.ts";
import { digestAlgorithm } from "../oci/digest.ts";
import { ClientError } from "./client-error.ts";
import type { ContentSource } from "./content/content.ts";
import { digestFile, fileError, writePartial } from "./content/files.ts";
import { isInside, leadsInside } from "./inside-folder.ts";
import { createLimiter } from "./limiter.ts";
import type { PulledFile, PullOptions } from "./pull.ts";

/** Layers that are under way at a time. */
const CONCURRENCY = 5;

/** A layer and the name it gets. */
export interface PlannedFile {
  readonly layer: Descriptor;
  readonly name: string;
}

/** A file that is there under another name. */
interface StagedFile extends PulledFile {
  /** Undefined where the file with its name is the one already. */
  readonly partial: string | undefined;
}

/** Brings files into a folder: first all of them under other names, then each to its place. */
export async function fetchFiles(source: ContentSource, files: readonly PlannedFile[], options: PullOptions): Promise<readonly PulledFile[]> {
  const failed = new AbortController();
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const limiter = createLimiter(options.concurrency ?? CONCURRENCY);
  const root = await makeFolder(options.output);
  for (const { name } of files) await checkPlace(root, join(root, name));
  const stage = (file: PlannedFile) =>
    limiter.run(async () => {
      signal.throwIfAborted();
      return await stageFile(source, file, { ...options, output: root, signal });
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
    for (const { partial, path } of staged) if (partial !== undefined) await place(partial, path);
    return staged.map(({ partial: _, ...file }) => file);
  } catch (error) {
    await Promise.all(staged.map(({ partial }) => partial !== undefined && rm(partial, { force: true })));
    throw error;
  }
}

/** What `fetchFiles` would download: content that neither the folder nor the cache has. Nothing is written. */
export async function planFiles(files: readonly PlannedFile[], { output, cache, onProgress }: PullOptions): Promise<readonly PulledFile[]> {
  const counted = new Set<string>();
  return await Promise.all(
    files.map(async ({ layer, name }) => {
      const { digest, size, mediaType } = layer;
      const path = join(output, name);
      const present = (await hasContent(path, layer)) || (await cache?.find(layer)) !== undefined;
      const downloaded = !present && !counted.has(digest);
      counted.add(digest);
      onProgress?.({ kind: "blob", digest, title: name, state: present ? "skipped" : "started", bytes: 0, total: size });
      return { name, path, digest, size, mediaType, downloaded };
    }),
  );
}

async function stageFile(source: ContentSource, { layer, name }: PlannedFile, options: PullOptions & { readonly signal: AbortSignal }): Promise<StagedFile> {
  const { output, cache, onProgress, signal } = options;
  const path = join(output, name);
  const { digest, size, mediaType } = layer;
  const report = (state: "started" | "moving" | "done" | "skipped", bytes = size) =>
    onProgress?.({ kind: "blob", digest, title: name, state, bytes, total: size });
  const file = { name, path, digest, size, mediaType };
  await makePlace(output, path);
  if (await hasContent(path, layer)) {
    report("skipped");
    return { ...file, downloaded: false, partial: undefined };
  }
  const partial = partialPath(path);
  if (await cache?.copyTo(layer, partial)) {
    await makeTheirs(partial);
    report("skipped");
    return { ...file, downloaded: false, partial };
  }
  report("started", 0);
  const content = source.blob(layer, { signal });
  const onBytes = (bytes: number) => report("moving", bytes);
  const kept = cache !== undefined && (await cache.takes(digest)) ? cache : undefined;
  if (kept === undefined) {
    const written = await writePartial(path, content, { onBytes });
    report("done");
    return { ...file, downloaded: true, partial: written };
  }
  try {
    await kept.add(layer, content, { onBytes, copyTo: partial });
    await makeTheirs(partial);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  report("done");
  return { ...file, downloaded: true, partial };
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

/** Reads the file where its size fits: what is there already need not be downloaded. */
async function hasContent(path: string, { digest, size }: Descriptor): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  if (!found.isFile()) throw new ClientError("general", `cannot write ${path}: it is there and not a file`);
  return found.size === size && (await digestFile(path, digestAlgorithm(digest))).digest === digest;
}

/** A name of nobody else's, beside the file that it becomes. */
function partialPath(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 64)}.${crypto.randomUUID()}.partial`);
}

/** A copy is the user's to change, as a file that was downloaded. */
async function makeTheirs(path: string): Promise<void> {
  await chmod(path, 0o666 & ~process.umask());
}

async function place(partial: string, path: string): Promise<void> {
  try {
    await rename(partial, path);
  } catch (cause) {
    throw fileError(`cannot write ${path}`, cause);
  }
}
