import type { RepositoryName } from "../../oci/name.ts";
import type { RegistryClient } from "../registry-client.ts";
import { listRepositoryNames, listTagNames } from "../remote/lists.ts";
import type { ImportSource } from "./import-source.ts";

/**
 * A running registry, by the distribution API.
 * @param named the repositories, where they are known: many registries refuse to list theirs
 */
export function registrySource(client: RegistryClient, registry: string, named?: readonly RepositoryName[]): ImportSource {
  const connection = client.connection(registry);
  return {
    name: registry,
    async *repositories(options) {
      yield* named ?? listRepositoryNames(connection, options);
    },
    repository(name) {
      const remote = client.repository(registry, name);
      return {
        repository: name,
        location: { registry, repository: name },
        tags: (options) => listTagNames({ ...connection, repository: name }, options),
        manifest: remote.getManifest,
        blob: remote.blob,
        sizeOf: remote.headBlob,
        async referrers(subject, options) {
          // where there is no such API, fallback tags come with the other tags
          if (!connection.traits.referrersApi) return [];
          return (await remote.referrers(subject, options)).descriptors.map(({ digest }) => digest);
        },
      };
    },
  };
}
