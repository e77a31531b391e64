import type { RegistryClient } from "../../client/registry-client.ts";
import { ComponentError } from "../component-error.ts";
import { parseRepository } from "../parse-repository.ts";
import type { ArchiveFormat, RepositorySpec } from "../repository-spec.ts";
import type { ComponentRepository } from "./component-repository.ts";
import type { ComponentStore } from "./component-store.ts";
import { createComponentRepository } from "./create-component-repository.ts";
import { openComponentStore } from "./open-component-store.ts";

export interface OpenStoresOptions {
  /** By registry whether it speaks HTTP without TLS: told to the client, as repositories name it. */
  readonly schemes: Map<string, boolean>;
  readonly signal?: AbortSignal;
}

/** Repositories that are opened in the course of some work and closed together. */
export interface OpenStores {
  open(repository: string | RepositorySpec, options?: { readonly access?: "read" | "write"; readonly format?: ArchiveFormat }): Promise<ComponentRepository>;
  /** Makes what was written permanent; where one fails the others are left as they were. */
  close(): Promise<void>;
  discard(): Promise<void>;
}

/** @param client asks `schemes` which registries speak HTTP without TLS */
export function openStores(client: RegistryClient, { schemes, signal }: OpenStoresOptions): OpenStores {
  const stores: ComponentStore[] = [];
  const discard = async () => {
    for (const store of stores.splice(0)) await store.discard();
  };
  return {
    async open(repository, { access = "read", format } = {}) {
      const spec = typeof repository === "string" ? parseRepository(repository) : repository;
      if (spec.kind === "registry" && spec.plainHttp !== undefined) {
        const known = schemes.get(spec.host);
        if (known !== undefined && known !== spec.plainHttp)
          throw new ComponentError("invalid", `${spec.host} is named with http:// and with https://: only one can be right`);
        schemes.set(spec.host, spec.plainHttp);
      }
      const store = await openComponentStore(spec, { client, access, ...(format && { format }), ...(signal && { signal }) });
      stores.push(store);
      return createComponentRepository(store);
    },
    async close() {
      try {
        for (let store = stores.shift(); store !== undefined; store = stores.shift()) await store.close();
      } finally {
        await discard();
      }
    },
    discard,
  };
}
