import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { digestFile, writeFileAtomically } from "../../client/content/files.ts";
import { formatLayoutIndex, INDEX_FILE } from "../../client/content/layout-index.ts";
import type { LayoutSource } from "../../client/content/layout-reader.ts";
import { parseStored } from "../../client/content/parse-stored.ts";
import type { FoundModule } from "../closure/module-source.ts";

const BLOBS = join("blobs", "sha256");

/** Files of a layout's blobs that are not what they are called; unfinished ones as well. Absolute. */
export async function damagedBlobs(folder: string): Promise<string[]> {
  const damaged: string[] = [];
  for (const name of await blobNames(folder)) {
    const path = join(folder, BLOBS, name);
    if ((await digestFile(path)).digest !== `sha256:${name}`) damaged.push(path);
  }
  return damaged;
}

/** Leaves these modules in a layout and takes all else out of it: first out of the index, then the content. */
export async function keepOnly({ files }: LayoutSource, folder: string, modules: readonly FoundModule[]): Promise<void> {
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
