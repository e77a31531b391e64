import type { Descriptor } from "../../../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestEncoded, digestOf, isDigest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { ClientError } from "../../client-error.ts";
import type { ReadOptions } from "../../content/content.ts";
import { EMPTY_INDEX, INDEX_FILE, INDEX_LIMIT, LAYOUT_FILE, parseLayoutIndex, refNameOf } from "../../content/layout-index.ts";
import type { ImportRepository, ImportSource } from "../import-source.ts";
import type { FileTree } from "./file-tree.ts";
import { readSmall, readTreeBlob, readTreeManifest } from "./tree-content.ts";

/** Folders of a repository in which there are no others. */
const INNER: ReadonlySet<string> = new Set(["blobs"]);

/**
 * The storage of zot: an OCI layout for each repository, in folders called as they are. On a disk equal blobs are links of one file; in a bucket
 * one repository has the bytes, and the others an empty object.
 */
export function zotSource(tree: FileTree): ImportSource {
  const originals = once((options) => findOriginals(tree, options));
  const original: FindOriginal = async (digest, options) => (await originals(options)).get(digest);
  return {
    name: tree.name,
    repositories: (options) => findLayouts(tree, "", options),
    repository: (name) => zotRepository(tree, name, original),
  };
}

/** The folders that are layouts, by their path; also links, so that they are found. */
export async function* findLayouts(tree: FileTree, folder: string, options?: ReadOptions): AsyncGenerator<string> {
  const files = new Set<string>();
  const folders: string[] = [];
  const within = (name: string) => (folder === "" ? name : `${folder}/${name}`);
  for await (const { name, kind } of tree.list(folder, options)) {
    if (kind === "file") files.add(name);
    else if (name.startsWith(".") || INNER.has(name)) continue;
    else if (kind === "folder") folders.push(name);
    else yield within(name);
  }
  if (files.has(INDEX_FILE) && files.has(LAYOUT_FILE)) yield folder;
  for (const name of folders) yield* findLayouts(tree, within(name), options);
}

/** Where the bytes of each blob are that some repository has. */
async function findOriginals(tree: FileTree, options?: ReadOptions): Promise<ReadonlyMap<Digest, string>> {
  const found = new Map<Digest, string>();
  for await (const { path, size } of tree.files("", options)) {
    const [, algorithm, encoded] = /(?:^|\/)blobs\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    const digest = `${algorithm}:${encoded}`;
    if (size > 0 && isDigest(digest) && !found.has(digest)) found.set(digest, path);
  }
  return found;
}

type FindOriginal = (digest: Digest, options?: ReadOptions) => Promise<string | undefined>;

function zotRepository(tree: FileTree, repository: RepositoryName, original: FindOriginal): ImportRepository {
  const label = (reference: string) => `${tree.name}: ${repository}${isDigest(reference) ? "@" : ":"}${reference}`;
  const entries = once((options) => readIndex(tree, repository, options));
  const byName = once(async (options) => nameEntries(await entries(options)));

  /** Undefined where the blob is not there. */
  async function place(digest: Digest, options?: ReadOptions): Promise<{ readonly path: string; readonly size: number } | undefined> {
    const path = `${repository}/blobs/${digestAlgorithm(digest)}/${digestEncoded(digest)}`;
    const size = await tree.size(path, options);
    if (size === undefined || size > 0 || digest === digestOf("", digestAlgorithm(digest))) return size === undefined ? undefined : { path, size };
    const elsewhere = await original(digest, options);
    const there = elsewhere === undefined ? undefined : await tree.size(elsewhere, options);
    return elsewhere === undefined || there === undefined ? { path, size } : { path: elsewhere, size: there };
  }

  return {
    repository,
    async *tags(options) {
      for (const name of (await byName(options)).keys()) if (!isDigest(name)) yield name;
    },
    async manifest(reference, options) {
      const entry = (await byName(options)).get(reference);
      const digest = entry?.digest ?? (isDigest(reference) ? reference : undefined);
      const found = digest === undefined ? undefined : await place(digest, options);
      if (digest === undefined || found === undefined) throw new ClientError("not-found", `cannot read ${label(reference)}: not found`);
      return await readTreeManifest(tree, { path: found.path, label: label(reference) }, { ...options, digest, contentType: entry?.mediaType });
    },
    async *blob(descriptor, options) {
      const found = await place(descriptor.digest, options);
      if (found === undefined) throw new ClientError("not-found", `cannot read ${label(descriptor.digest)}: not found`);
      yield* readTreeBlob(tree, { path: found.path, label: label(descriptor.digest) }, descriptor, options);
    },
    sizeOf: async (digest, options) => (await place(digest, options))?.size,
    async *manifests(options) {
      yield* new Set((await entries(options)).map(({ digest }) => digest));
    },
  };
}

async function readIndex(tree: FileTree, repository: RepositoryName, options?: ReadOptions): Promise<readonly Descriptor[]> {
  const name = `${tree.name}: ${repository}`;
  const bytes = await readSmall(tree, { path: `${repository}/${INDEX_FILE}`, label: `${name}: its file ${INDEX_FILE}` }, { ...options, limit: INDEX_LIMIT });
  return (bytes === undefined ? EMPTY_INDEX : parseLayoutIndex(new TextDecoder().decode(bytes), name)).manifests;
}

/** By tag, and by digest. */
function nameEntries(entries: readonly Descriptor[]): ReadonlyMap<string, Descriptor> {
  const named = new Map<string, Descriptor>();
  for (const entry of entries) for (const name of [entry.digest, refNameOf(entry)]) if (name !== undefined && !named.has(name)) named.set(name, entry);
  return named;
}

/** Reads something when it is first wanted, and again after an error. */
function once<T>(read: (options?: ReadOptions) => Promise<T>): (options?: ReadOptions) => Promise<T> {
  let reading: Promise<T> | undefined;
  return (options) => {
    reading ??= read(options).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
}
