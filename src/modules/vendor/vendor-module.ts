import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { digestFile, writeFileAtomically } from "../../client/content/files.ts";
import { openLayoutFolder, openLayoutFolderTarget } from "../../client/content/layout-folder.ts";
import { formatLayoutIndex, INDEX_FILE } from "../../client/content/layout-index.ts";
import type { LayoutSource } from "../../client/content/layout-reader.ts";
import { parseStored } from "../../client/content/stored-manifest.ts";
import type { ProgressListener } from "../../client/progress.ts";
import { copyModule } from "../closure/copy-module.ts";
import { type FindModule, type FoundModule, registryModules } from "../closure/module-source.ts";
import { keyOf, readClosure } from "../closure/read-closure.ts";
import { withModuleLock } from "../files/module-lock.ts";
import type { ModuleFile, ModuleVersion } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";
import { completeModules, layoutModules, layoutTag } from "./module-layout.ts";
import { openVendor, vendorFolder } from "./open-vendor.ts";

/** Text among the content has a digest: git must not change its line ends. */
const GIT_ATTRIBUTES = "* -text\n";

const BLOBS = join("blobs", "sha256");

export interface VendorOptions {
  readonly root: string;
  /** Only say what would change. */
  readonly check?: boolean;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

export interface VendorResult {
  readonly folder: string;
  /** All that the module requires, however deep; lower versions that are not used as well, since choosing among them needs them all. */
  readonly modules: readonly ModuleVersion[];
  readonly added: readonly ModuleVersion[];
  readonly removed: readonly ModuleVersion[];
  /** Files that were not what they are called. */
  readonly damaged: number;
}

/** Keeps all that a module requires in an OCI layout beside it. What is there is not fetched again. */
export async function vendorModule(session: ModuleSession, options: VendorOptions): Promise<VendorResult> {
  if (options.check === true) return await vendor(session, options);
  return await withModuleLock(options.root, () => vendor(session, options), options.signal === undefined ? {} : { signal: options.signal });
}

async function vendor(session: ModuleSession, { root, check = false, onProgress, signal }: VendorOptions): Promise<VendorResult> {
  const read = signal === undefined ? {} : { signal };
  const folder = vendorFolder(root);
  const { file } = await session.helper.call("moduleFile", { root }, read);
  const damaged = await damagedBlobs(folder);
  if (!check) for (const path of damaged) await rm(path, { force: true });
  const layout = await openVendor(root);
  const there = layout === undefined ? [] : await completeModules(layout, check ? new Set(damaged) : new Set(), read);
  const known = new Set(there.map(keyOf));
  const registry = await registryModules(session, session.routing);
  const find: FindModule = (module) => (layout !== undefined && known.has(keyOf(module)) ? layoutModules(layout)(module) : registry(module));
  const modules = await readClosure(find, requirementsOf(file), read);
  const added = modules.filter((module) => !known.has(keyOf(module)));
  const wanted = new Set(modules.map(keyOf));
  const removed = there.filter((module) => !wanted.has(keyOf(module)));
  const result = { folder, modules: modules.map(versionOf), added: added.map(versionOf), removed, damaged: damaged.length };
  if (check) return result;
  if (modules.length === 0) {
    await rm(folder, { recursive: true, force: true });
    return result;
  }
  const target = await openLayoutFolderTarget(folder);
  for (const module of added) await copyModule(module, { target, tag: layoutTag(module) }, { ...read, ...(onProgress && { onProgress }) });
  await target.close();
  await writeFileAtomically(join(folder, ".gitattributes"), new TextEncoder().encode(GIT_ATTRIBUTES));
  await keepOnly(await openLayoutFolder(folder), folder, modules);
  return result;
}

/** Files of a layout's blobs that are not what they are called; unfinished ones as well. Absolute. */
async function damagedBlobs(folder: string): Promise<string[]> {
  const damaged: string[] = [];
  for (const name of await blobNames(folder)) {
    const path = join(folder, BLOBS, name);
    if ((await digestFile(path)).digest !== `sha256:${name}`) damaged.push(path);
  }
  return damaged;
}

/** Leaves these modules in a layout and takes all else out of it: first out of the index, then the content. */
async function keepOnly({ files }: LayoutSource, folder: string, modules: readonly FoundModule[]): Promise<void> {
  const index = await files.index();
  const manifests = new Set<string>(modules.map(({ manifest }) => manifest.descriptor.digest));
  const kept = index.manifests.filter(({ digest }) => manifests.has(digest));
  if (kept.length < index.manifests.length) {
    await writeFileAtomically(join(folder, INDEX_FILE), new TextEncoder().encode(formatLayoutIndex({ ...index, manifests: kept })));
  }
  const needed = new Set<string>(modules.flatMap(({ manifest }) => [manifest.descriptor.digest, ...parseStored(manifest).edges.map(({ digest }) => digest)]));
  for (const name of await blobNames(folder)) if (!needed.has(`sha256:${name}`)) await rm(join(folder, BLOBS, name), { force: true });
}

async function blobNames(folder: string): Promise<string[]> {
  return await readdir(join(folder, BLOBS)).catch(() => []);
}

/** What a module file requires. */
export function requirementsOf({ dependencies }: Pick<ModuleFile, "dependencies">): ModuleVersion[] {
  // one that is replaced may have no version
  return dependencies.filter(({ version }) => version !== "").map(versionOf);
}

function versionOf({ path, version }: ModuleVersion): ModuleVersion {
  return { path, version };
}
