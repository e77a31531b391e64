import type { RepositoryName } from "../../oci/name.ts";
import type { AccessScope, Transport } from "../transport/request.ts";

/** One registry that can be asked. */
export interface Connection {
  /** As the user names it. */
  readonly registry: string;
  readonly origin: URL;
  readonly transport: Transport;
  readonly traits: RegistryTraits;
  /** Milliseconds for which a tag that several may change must stay right, where the registry makes no sure of it. */
  readonly settle: number;
}

/** What was learned of a registry on the way. */
export interface RegistryTraits {
  /** False once it turned out to have no referrers API. */
  referrersApi: boolean;
  /** False once it refused the method HEAD: GET tells the same. */
  heads: boolean;
  /** True once it said that it holds pushes to conditions. */
  conditions: boolean;
  /** Milliseconds of the slowest push of a manifest so far. */
  slowestPut: number;
}

/** One repository of a registry. */
export interface RepositoryConnection extends Connection {
  readonly repository: RepositoryName;
}

/** The address of something in a repository: `/v2/<name>/<path>`. */
export function repositoryUrl({ origin, repository }: RepositoryConnection, path: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`/v2/${repository}/${path}`, origin);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** What a request to a repository asks a token for. Pushing needs to see what is there, and so does deleting. */
export function scopeOf({ repository }: RepositoryConnection, action: "pull" | "push" | "delete"): AccessScope[] {
  return [{ repository, actions: action === "pull" ? ["pull"] : ["pull", action] }];
}

/** For messages: `registry.example.com/team/app`. */
export function nameOf({ registry, repository }: RepositoryConnection): string {
  return `${registry}/${repository}`;
}
