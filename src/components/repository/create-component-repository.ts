import type { ComponentRepository } from "./component-repository.ts";
import type { ComponentStore } from "./component-store.ts";
import { hasVersion, listVersions } from "./list-versions.ts";
import { componentOf } from "./oci-mapping.ts";
import { putVersion } from "./put-version.ts";
import { readVersion } from "./read-version.ts";

/** Component versions over any store. */
export function createComponentRepository(store: ComponentStore): ComponentRepository {
  return {
    store,
    name: store.name,
    get: (name, version, options) => readVersion(store, name, version, options),
    has: (name, version, options) => hasVersion(store, { name, version }, options),
    versions: (name, options) => listVersions(store, name, options),
    async *components(options) {
      for await (const repository of store.repositories(options)) {
        const name = componentOf(store, repository);
        if (name !== undefined) yield name;
      }
    },
    put: (version, options) => putVersion(store, version, options),
  };
}
