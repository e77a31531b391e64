import { createRegistryClient } from "../../../src/client/registry-client.ts";
import { registryStore } from "../../../src/components/repository/registry-store.ts";
import { componentStoreCases } from "../../../src/components/repository/testing/component-store-cases.ts";
import { REGISTRIES, useRegistries } from "./use-registries.ts";

const hostOf = useRegistries();

for (const registry of REGISTRIES) {
  componentStoreCases(`registry, ${registry}`, async () => {
    const subPath = `delivery/${crypto.randomUUID()}`;
    const client = createRegistryClient({ env: {} });
    return { open: async () => registryStore(client, { host: hostOf(registry), subPath }), isTransactional: false };
  });
}
