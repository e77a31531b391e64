import { ClientError } from "../../client-error.ts";
import type { ReadOptions } from "../../content/content.ts";
import type { ImportSource } from "../import-source.ts";
import { distributionSource } from "./distribution-source.ts";
import type { FileTree } from "./file-tree.ts";
import { findLayouts, zotSource } from "./zot-source.ts";

/** Where the CNCF's registry has its storage: below its root, below Harbor's, or it is what was named. */
const DISTRIBUTION_ROOTS = ["docker/registry/v2", "registry/docker/registry/v2", ""];

/**
 * The source that the files are the storage of.
 * @throws ClientError `not-found` where they are none that is known
 */
export async function storageSource(tree: FileTree, options?: ReadOptions): Promise<ImportSource> {
  for (const root of DISTRIBUTION_ROOTS) if (await isDistribution(tree, root, options)) return distributionSource(tree, root);
  for await (const layout of findLayouts(tree, "", options)) {
    if (layout !== "") return zotSource(tree);
    throw new ClientError(
      "invalid",
      `${tree.name} is one OCI layout and no storage of a registry: 'opm copy oci:${tree.name}:<tag> <reference>' copies from it`,
    );
  }
  throw new ClientError(
    "not-found",
    `${tree.name} is no storage of a registry that is known: there is neither docker/registry/v2, as distribution and Harbor have it, nor an OCI layout, as zot has them`,
  );
}

async function isDistribution(tree: FileTree, root: string, options?: ReadOptions): Promise<boolean> {
  const folders = new Set<string>();
  for await (const { name, kind } of tree.list(root, options)) if (kind !== "file") folders.add(name);
  return folders.has("repositories") && folders.has("blobs");
}
