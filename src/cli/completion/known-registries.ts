import { registriesWithCredentials } from "../../client/credentials/docker-credentials.ts";
import type { Environment } from "../../client/environment.ts";
import { isRegistryHost, parseRegistryHost } from "../../oci/image-reference.ts";

/** The registries that this user has to do with: those of OPM_REGISTRY, of the log-ins that docker and podman know, and of modules. */
export async function knownRegistries(env: Environment): Promise<string[]> {
  const { isConfigured, NO_REGISTRY } = await import("../../modules/routing/routing.ts");
  const [named, logins, routes] = await Promise.all([env.OPM_REGISTRY ?? "", quietly(() => registriesWithCredentials(env)), quietly(() => moduleRoutes(env))]);
  const hosts = [named, ...logins, ...routes.filter(isConfigured).flatMap(({ host }) => (host === NO_REGISTRY ? [] : [host]))];
  return [...new Set(hosts.filter(isRegistryHost).map(parseRegistryHost))].sort();
}

async function moduleRoutes(env: Environment) {
  const { loadRouting } = await import("../../modules/routing/load.ts");
  return (await loadRouting({ flags: {}, env })).routes;
}

async function quietly<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  return await read().catch(() => []);
}
