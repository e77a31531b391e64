import type { ImportSource } from "../../client/import/import-source.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { ImportLocation } from "../arguments/import-source.ts";
import type { BucketOptions } from "./bucket-tree.ts";

export interface ImportSourceOptions {
  readonly client: RegistryClient;
  /** Repositories that a registry need not list. */
  readonly named: readonly RepositoryName[] | undefined;
  readonly bucket: BucketOptions;
  readonly signal: AbortSignal;
}

/** Opens what an import reads. @throws ClientError where there is nothing of the kind */
export async function openImportSource(location: ImportLocation, { client, named, bucket, signal }: ImportSourceOptions): Promise<ImportSource> {
  if (location.kind === "registry") {
    const { registrySource } = await import("../../client/import/registry-source.ts");
    return registrySource(client, location.registry, named);
  }
  const { storageSource } = await import("../../client/import/storage/open-storage.ts");
  const tree =
    location.kind === "bucket"
      ? await (await import("./bucket-tree.ts")).openBucketTree(location, bucket)
      : await (await import("../../client/import/storage/folder-tree.ts")).openFolderTree(location.path);
  return await storageSource(tree, { signal });
}
