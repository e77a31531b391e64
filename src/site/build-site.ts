import { mkdir, readdir } from "node:fs/promises";
import { ClientError, isClientError } from "../client/client-error.ts";
import { fileError, writeFileAtomically } from "../client/content/files.ts";
import { repositoryContent } from "../client/content/repository-content.ts";
import { copyArtifact } from "../client/copy.ts";
import { FOLDER_LOCK, withFolderLock } from "../client/folder-lock.ts";
import { mapParallel } from "../client/plain/parallel.ts";
import type { ProgressListener } from "../client/progress.ts";
import type { RegistryClient } from "../client/registry-client.ts";
import type { VerifiedFilesOptions } from "../client/verified-files/verified-files.ts";
import type { RepositoryName } from "../oci/name.ts";
import { hostFiles } from "./headers/host-files.ts";
import { knownContent } from "./known-content.ts";
import { packageDocuments } from "./package-documents.ts";
import { removeOthers } from "./remove-others.ts";
import { repositoryNames } from "./repository-names.ts";
import { JSON_TYPE, PAGE_TYPE } from "./site-file.ts";
import { SiteFiles } from "./site-files.ts";
import { type PageEntry, sitePage } from "./site-page.ts";
import { BASE_PATH, CATALOG_PATH, fileOf, NOT_FOUND_PATH, PAGE_PATH, RECORD_PATH } from "./site-paths.ts";
import { formatRecord, NO_FILES, readRecord } from "./site-record.ts";
import { SiteRepository } from "./site-repository.ts";

/** Tags of a repository whose copies are under way at a time. */
const TAGS = 4;

export interface BuildSite extends VerifiedFilesOptions {
  readonly client: RegistryClient;
  readonly registry: string;
  /** Globs over names of repositories; none: all that the registry lists. */
  readonly repositories: readonly string[];
  /** A folder that is a site, is empty, or is not there. */
  readonly folder: string;
  /** Heading of the page. */
  readonly title: string;
  readonly concurrency?: number | undefined;
  readonly onProgress: ProgressListener;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
}

export interface BuiltSite {
  readonly repositories: number;
  readonly tags: number;
  readonly files: number;
  /** Bytes of all files, each as often as it has a path. */
  readonly bytes: number;
  /** Files that were not there before, or other ones. */
  readonly written: number;
  /** Files of the site of before that belong to it no more. */
  readonly removed: number;
}

/**
 * Writes a registry as plain files, as any web server gives them out: manifests, tags, referrers, blobs, lists, the documents of the package API
 * that hold for everybody, a page for people, and the rules by which hosts send the right headers. What is there already is kept, what is
 * gone at the registry is removed last; until then the site of before is whole. Equal content makes equal files.
 * @throws ClientError `invalid` when the folder has other content
 */
export async function buildSite(options: BuildSite): Promise<BuiltSite> {
  const { folder, signal } = options;
  await begin(folder);
  return await withFolderLock(folder, () => write(options), { signal });
}

/** Makes the folder a site, so that it is known for one from the first file on. */
async function begin(folder: string): Promise<void> {
  if ((await readRecord(folder)) !== undefined) return;
  const there = await mkdir(folder, { recursive: true })
    .then(() => readdir(folder))
    .catch((cause: unknown) => {
      throw fileError(`cannot write ${folder}`, cause);
    });
  if (there.some((file) => !file.startsWith(FOLDER_LOCK))) {
    throw new ClientError("invalid", `${folder} has other content and is no site: choose an empty folder, or one that is not there`);
  }
  await writeFileAtomically(fileOf(folder, RECORD_PATH), new TextEncoder().encode(NO_FILES));
}

async function write({ folder, ...options }: BuildSite): Promise<BuiltSite> {
  const { client, registry, signal, title } = options;
  const files = new SiteFiles(folder, (await readRecord(folder)) ?? [], options);
  const names = await repositoryNames(client, registry, options.repositories, signal);
  const built = new Map<RepositoryName, SiteRepository>();
  for (const name of names) {
    const repository = new SiteRepository(folder, name, files);
    await copyRepository(name, repository, options);
    await repository.finish();
    built.set(name, repository);
  }
  const tags = new Map([...built].map(([name, repository]) => [name, repository.tags]));
  const { documents, packages } = await packageDocuments({ client, registry, signal, warn: options.warn, tags });
  for (const [path, document] of documents) await files.put(path, JSON.stringify(document), JSON_TYPE);
  const entries = names.map((name): PageEntry => ({ name, tags: [...(tags.get(name)?.keys() ?? [])], about: packages.get(name) }));
  await files.put(CATALOG_PATH, JSON.stringify({ repositories: names }), JSON_TYPE);
  await files.put(BASE_PATH, "{}", JSON_TYPE);
  await files.put(NOT_FOUND_PATH, JSON.stringify({ errors: [{ code: "UNKNOWN", message: "not found: this is a static registry" }] }), JSON_TYPE);
  await files.put(PAGE_PATH, sitePage(title, entries), PAGE_TYPE);
  for (const { path, text, type } of hostFiles(files.list())) await files.put(path, text, type);
  const list = files.list();
  const removed = await removeOthers(folder, list);
  await files.put(RECORD_PATH, formatRecord(list), JSON_TYPE);
  await files.save();
  const bytes = list.reduce((sum, { size }) => sum + size, 0);
  const count = [...tags.values()].reduce((sum, { size }) => sum + size, 0);
  return { repositories: names.length, tags: count, files: list.length, bytes, written: files.written, removed };
}

async function copyRepository(
  name: RepositoryName,
  target: SiteRepository,
  { client, registry, signal, onProgress, concurrency }: Omit<BuildSite, "folder">,
): Promise<void> {
  const content = repositoryContent(client.repository(registry, name));
  const tags = await content.tags({ signal });
  const source = knownContent(content, { tags: new Set(tags), kept: (digest) => target.kept(digest) });
  await mapParallel(
    tags,
    async (tag) => {
      try {
        const copy = { recursive: true, onProgress, signal, ...(concurrency !== undefined && { concurrency }) };
        await copyArtifact({ source, reference: tag }, { target, tags: [tag] }, copy);
      } catch (error) {
        if (!(await isGone(error, () => content.manifest(tag, { signal })))) throw error;
      }
    },
    TAGS,
  );
}

/** A tag that was removed since the tags were listed is no tag any more, and no error. */
async function isGone(error: unknown, look: () => Promise<unknown>): Promise<boolean> {
  if (!isClientError(error, "not-found")) return false;
  return await look().then(
    () => false,
    (again: unknown) => isClientError(again, "not-found"),
  );
}
