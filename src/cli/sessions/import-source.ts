import type { ImportSource } from "../../client/import/import-source.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { ImportLocation } from "../arguments/import-source.ts";

export interface ImportSourceOptions {
  readonly client: RegistryClient;
  /** Repositories that a registry need not list. */
  readonly named: readonly RepositoryName[] | undefined;
  readonly signal: AbortSignal;
}

/** Opens what an import reads. @throws ClientError where there is nothing of the kind */
export async function openImportSource(location: ImportLocation, { client, named, signal }: ImportSourceOptions): Promise<ImportSource> {
  if (location.kind === "registry") {
    const { registrySource } = await import("../../client/import/registry-source.ts");
    return registrySource(client, location.registry, named);
  }
  const [{ openFolderTree }, { storageSource }] = await Promise.all([
    import("../../client/import/storage/folder-tree.ts"),
    import("../../client/import/storage/open-storage.ts"),
  ]);
  return await storageSource(await openFolderTree(location.path), { signal });
}
