import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { Registry } from "./registry.ts";

/** Repositories looked at, at most, to find one that the caller may pull from; a client can always upload instead. */
const CANDIDATES = 1000;
const CANDIDATES_PAGE = 100;

export interface MountRequest {
  readonly to: RepositoryName;
  readonly from: RepositoryName | undefined;
  readonly digest: Digest;
  readonly actor: Actor;
  /** Whether the caller may pull from a repository: the existence of content elsewhere must not leak. */
  readonly mayPull: (repository: RepositoryName) => boolean;
}

/**
 * Links a blob of another repository (spec: end-11), from the one that is named or from any the caller may pull.
 * @returns false when there is none: the client uploads it then
 */
export async function mountBlob(registry: Registry<"blobs">, request: MountRequest): Promise<boolean> {
  const { to, digest, actor } = request;
  const from = request.from ?? (await findSource(registry, request));
  if (from === undefined || !request.mayPull(from)) return false;
  return registry.metadata.blobs.mount({ from, to, digest, actor, now: registry.now() });
}

async function findSource(registry: Registry<"blobs">, { digest, mayPull }: MountRequest): Promise<RepositoryName | undefined> {
  let after: RepositoryName | undefined;
  for (let seen = 0; seen < CANDIDATES; seen += CANDIDATES_PAGE) {
    const names = await registry.metadata.blobs.listRepositories(digest, { after, limit: CANDIDATES_PAGE });
    const found = names.find(mayPull);
    if (found !== undefined || names.length < CANDIDATES_PAGE) return found;
    after = names.at(-1);
  }
  return undefined;
}
