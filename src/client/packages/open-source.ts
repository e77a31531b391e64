import { hasPackageApi } from "../extension/discovery.ts";
import type { RegistryClient } from "../registry-client.ts";
import type { PackageSource } from "./package-source.ts";
import { plainSource } from "./plain-source.ts";
import { type ServerSourceOptions, serverSource } from "./server-source.ts";

/** Answers about the packages of a registry: its own where it has the package API, else computed. @throws ClientError */
export async function openPackageSource(client: RegistryClient, registry: string, options: ServerSourceOptions): Promise<PackageSource> {
  const connection = client.connection(registry);
  return (await hasPackageApi(connection)) ? serverSource(connection, options) : plainSource(client, registry, options);
}
