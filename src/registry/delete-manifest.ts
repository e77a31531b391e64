import type { RepositoryName } from "../oci/name.ts";
import type { ManifestReference } from "../oci/reference.ts";
import type { PolicyFinding } from "../storage/metadata/catalog/policies.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { Audience } from "./audience.ts";
import { findBrokenCarriers } from "./carriers.ts";
import { findBrokenDependents, type Removal } from "./dependents.ts";
import { unknownManifest } from "./manifests.ts";
import { refusedByPolicy } from "./policy-error.ts";
import type { Registry } from "./registry.ts";

export interface ManifestDeletion {
  readonly repository: RepositoryName;
  readonly reference: ManifestReference;
  readonly actor: Actor;
  /** Whose dependents count. */
  readonly audience: Audience;
}

/** Tags of one manifest that the look at its dependents takes into account. */
const TAGS = 100;

/**
 * Removes a tag, or a manifest with every tag that points to it (spec: end-9).
 * @returns what the project's policy has to say of it
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`, `DENIED` when the policy keeps what others depend on
 */
export async function deleteManifest(
  registry: Registry<"manifests" | "tags" | "repositories" | "graph">,
  { repository, reference, actor, audience }: ManifestDeletion,
): Promise<readonly PolicyFinding[]> {
  const { metadata } = registry;
  const removal = await removalOf(registry, repository, reference);
  const finding = removal && ((await findBrokenDependents(metadata, removal, audience)) ?? (await findAbove(registry, reference, removal, audience)));
  if (finding?.level === "enforce") throw refusedByPolicy(finding);
  const now = registry.now();
  const removed =
    "tag" in reference
      ? await metadata.tags.delete({ repository, tag: reference.tag, actor, now })
      : await metadata.manifests.delete({ repository, digest: reference.digest, actor, now });
  if (!removed) throw await unknownManifest(registry, repository, reference);
  return finding === undefined ? [] : [finding];
}

/** A manifest that goes by its digest goes from the indexes that list it, too. */
async function findAbove(
  { metadata }: Registry<"manifests" | "tags" | "repositories" | "graph">,
  reference: ManifestReference,
  removal: Removal,
  audience: Audience,
) {
  return "digest" in reference ? await findBrokenCarriers(metadata, removal, audience) : undefined;
}

async function removalOf({ metadata }: Registry<"manifests" | "tags">, repository: RepositoryName, reference: ManifestReference): Promise<Removal | undefined> {
  if ("digest" in reference) return { repository, digest: reference.digest, tags: await metadata.tags.listOf(repository, reference.digest, TAGS), last: true };
  const digest = (await metadata.manifests.findByTag(repository, reference.tag))?.digest;
  if (digest === undefined) return undefined;
  return { repository, digest, tags: [reference.tag], last: (await metadata.tags.listOf(repository, digest, 2)).length < 2 };
}
