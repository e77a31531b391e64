import { type Digest, isDigest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { parseManifestReference } from "../../oci/reference.ts";
import type { Tag } from "../../oci/tag.ts";
import { unknownReference } from "../../packages/resolve.ts";
import { unknownRepository } from "../../registry/blobs.ts";
import type { ManifestSummary } from "../../storage/metadata/manifests.ts";
import type { RepositoryStore } from "../../storage/metadata/repositories.ts";
import type { Ports } from "../../storage/metadata/store.ts";

/** A manifest, and the tag by which it was asked for. */
export interface FoundManifest {
  readonly manifest: ManifestSummary;
  readonly tag: Tag | undefined;
}

/**
 * The manifest that a tag or digest stands for.
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`, `DIGEST_INVALID`, `TAG_INVALID`
 */
export async function findManifest(metadata: Ports<"manifests" | "tags" | "repositories">, name: RepositoryName, reference: string): Promise<FoundManifest> {
  const parsed = parseManifestReference(reference);
  if ("tag" in parsed) {
    const row = await metadata.tags.row(name, parsed.tag);
    if (row !== undefined) return { manifest: row.manifest, tag: row.tag };
  } else {
    const manifest = await metadata.manifests.summary(name, parsed.digest);
    if (manifest !== undefined) return { manifest, tag: undefined };
  }
  throw await notFound(metadata.repositories, name, reference);
}

/** The digest of a manifest by tag or digest, or of a blob by digest. Throws as `findManifest` does. */
export async function findContent(metadata: Ports<"manifests" | "tags" | "repositories" | "graph">, name: RepositoryName, reference: string): Promise<Digest> {
  if (!isDigest(reference)) return (await findManifest(metadata, name, reference)).manifest.digest;
  const [held] = await metadata.graph.held(name, [reference]);
  if (held !== undefined && !held.deleted) return reference;
  throw await notFound(metadata.repositories, name, reference);
}

async function notFound(repositories: RepositoryStore, name: RepositoryName, reference: string): Promise<RegistryError> {
  if ((await repositories.find(name)) === undefined) return unknownRepository(name);
  return new RegistryError("MANIFEST_UNKNOWN", unknownReference(`repository ${name}`, reference));
}
