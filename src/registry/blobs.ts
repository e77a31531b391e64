import type { Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/name.ts";
import { type Awaitable, after } from "../storage/awaitable.ts";
import type { BlobSource } from "../storage/content-store.ts";
import type { StoredBlob } from "../storage/metadata/blobs.ts";
import type { PolicyFinding } from "../storage/metadata/catalog/policies.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { Audience } from "./audience.ts";
import { findBrokenCarriers } from "./carriers.ts";
import { refusedByPolicy } from "./policy-error.ts";
import type { Registry } from "./registry.ts";

/**
 * Size in bytes of a blob the repository has. A client that asks is likely to push a manifest next, so the blob is kept
 * for that: the note costs a write at most once in half the time that unreferenced blobs are kept.
 * @throws RegistryError `BLOB_UNKNOWN`, `NAME_UNKNOWN`
 */
export async function statBlob(registry: Registry<"blobs" | "repositories">, repository: RepositoryName, digest: Digest): Promise<number> {
  const blob = await requireBlob(registry, repository, digest);
  const now = registry.now();
  if (now - blob.renewedAt <= registry.limits.unreferenced / 2) return blob.size;
  await registry.metadata.blobs.renew(repository, digest, now);
  // The collector may have taken it before the note.
  return (await requireBlob(registry, repository, digest)).size;
}

/**
 * Where to read a blob the repository has.
 * @throws RegistryError `BLOB_UNKNOWN`, `NAME_UNKNOWN`
 */
export function openBlob(registry: Registry<"blobs" | "repositories">, repository: RepositoryName, digest: Digest): Awaitable<BlobSource> {
  const located = after(requireBlob(registry, repository, digest), ({ size, location }) => registry.content.locate({ digest, size, location }));
  return after(located, (source) => {
    if (source !== undefined) return source;
    throw missingContent(digest);
  });
}

/** The answer for content that the database knows and the content store does not have. */
export function missingContent(digest: Digest): RegistryError {
  return new RegistryError("UNAVAILABLE", `the content of ${digest} is missing from the content store; run 'opm scrub' to find what else is`);
}

export interface BlobDeletion {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly actor: Actor;
  /** Whose dependents count. */
  readonly audience: Audience;
}

/**
 * Removes a blob from the repository, at once; other repositories keep it.
 * @returns what the project's policy has to say of it
 * @throws RegistryError `BLOB_UNKNOWN`, `NAME_UNKNOWN`, `DENIED` when the policy keeps what others depend on
 */
export async function deleteBlob(
  registry: Registry<"blobs" | "manifests" | "tags" | "repositories" | "graph">,
  { repository, digest, actor, audience }: BlobDeletion,
): Promise<readonly PolicyFinding[]> {
  const { metadata, now } = registry;
  const finding = await findBrokenCarriers(metadata, { repository, digest }, audience);
  if (finding?.level === "enforce") throw refusedByPolicy(finding);
  if (!(await metadata.blobs.delete({ repository, digest, actor, now: now() }))) throw await unknownBlob(registry, repository, digest);
  return finding === undefined ? [] : [finding];
}

function requireBlob(registry: Registry<"blobs" | "repositories">, repository: RepositoryName, digest: Digest): Awaitable<StoredBlob> {
  return after(registry.metadata.blobs.find(repository, digest), (blob) => blob ?? refuseUnknown(registry, repository, digest));
}

async function refuseUnknown(registry: Registry<"repositories">, repository: RepositoryName, digest: Digest): Promise<never> {
  throw await unknownBlob(registry, repository, digest);
}

async function unknownBlob(registry: Registry<"repositories">, repository: RepositoryName, digest: Digest): Promise<RegistryError> {
  if ((await registry.metadata.repositories.find(repository)) === undefined) return unknownRepository(repository);
  return new RegistryError("BLOB_UNKNOWN", `repository ${repository} has no blob ${digest}`);
}

/** The refusal for a repository that does not exist. */
export function unknownRepository(repository: RepositoryName): RegistryError {
  return new RegistryError("NAME_UNKNOWN", `there is no repository ${repository}; it is created by the first push`);
}
