import { reservedTypeProblem } from "../artifacts/image-rule.ts";
import { type Digest, digestAlgorithm, digestOf, isDigest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { parseManifest } from "../oci/manifest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { ManifestReference } from "../oci/reference.ts";
import type { Tag } from "../oci/tag.ts";
import { meetsCondition, type TagCondition } from "../oci/tag-condition.ts";
import { type Awaitable, after } from "../storage/awaitable.ts";
import type { PolicyFinding } from "../storage/metadata/catalog/policies.ts";
import type { ManifestRecord } from "../storage/metadata/manifests.ts";
import type { Actor } from "../storage/metadata/records.ts";
import { requireAdmitted } from "./admission.ts";
import { unknownRepository } from "./blobs.ts";
import { readFacts } from "./facts.ts";
import { refusedByPolicy } from "./policy-error.ts";
import type { Registry } from "./registry.ts";

/**
 * A manifest by tag or digest (spec: end-3).
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`
 */
export function getManifest(
  registry: Registry<"manifests" | "repositories">,
  repository: RepositoryName,
  reference: ManifestReference,
): Awaitable<ManifestRecord> {
  const { manifests } = registry.metadata;
  const found = "tag" in reference ? manifests.findByTag(repository, reference.tag) : manifests.findByDigest(repository, reference.digest);
  return after(found, (manifest) => manifest ?? refuseUnknown(registry, repository, reference));
}

/**
 * A manifest that a client only asks for because it may push something that refers to it: as `getManifest`, and one
 * that no tag points to any more is kept for that.
 */
export function statManifest(
  registry: Registry<"blobs" | "manifests" | "repositories">,
  repository: RepositoryName,
  reference: ManifestReference,
): Awaitable<ManifestRecord> {
  return after(getManifest(registry, repository, reference), (manifest) => {
    if (!manifest.untagged) return manifest;
    // The collector may have taken it before the note.
    return registry.metadata.blobs.renew(repository, manifest.digest, registry.now()).then(() => getManifest(registry, repository, reference));
  });
}

async function refuseUnknown(registry: Registry<"repositories">, repository: RepositoryName, reference: ManifestReference): Promise<never> {
  throw await unknownManifest(registry, repository, reference);
}

export interface ManifestPush {
  readonly repository: RepositoryName;
  readonly reference: ManifestReference;
  /** Tags beside the one in `reference` (spec: end-7b). */
  readonly tags: readonly Tag[];
  /** Without parameters; undefined when the request had none. */
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
  /** What the tags must point to now, unless it is this manifest; without tags, what holds for the manifest itself. Nothing is stored where it is not met. */
  readonly condition?: TagCondition | undefined;
  readonly actor: Actor;
}

export interface PushedManifest {
  readonly digest: Digest;
  readonly tags: readonly Tag[];
  readonly subject: Digest | undefined;
  /** Of the project's policies: what was stored all the same. */
  readonly warnings: readonly PolicyFinding[];
}

/**
 * Stores a manifest with its edges, tags, history and what it says about itself in one transaction (spec: end-7a, end-7b).
 * @throws RegistryError `MANIFEST_INVALID`, `DIGEST_INVALID`, `MANIFEST_BLOB_UNKNOWN`, `DENIED` by a policy or with 412 where the condition is not met (nothing is stored then)
 */
export async function putManifest(registry: Registry<"blobs" | "manifests" | "graph">, push: ManifestPush): Promise<PushedManifest> {
  const { repository, reference, body, actor } = push;
  const digest = verifiedDigest(reference, body);
  const manifest = parseManifest(body, push.contentType);
  await requireAdmitted(registry, repository, manifest);
  const { kind, mediaType, artifactType, configMediaType, subject, annotations, edges } = manifest;
  const tags = [...new Set("tag" in reference ? [reference.tag, ...push.tags] : push.tags)];
  if (push.condition?.match !== undefined && tags.length === 0) await requireThere(registry, repository, digest, push.condition);
  // What cannot be read, or not now, must not keep anybody from pushing.
  const facts = await readFacts(registry, { repository, manifest }, actor).catch(() => undefined);
  const result = await registry.metadata.manifests.put({
    repository,
    digest,
    mediaType,
    kind,
    artifactType,
    configMediaType,
    subject,
    annotations,
    edges,
    body,
    tags,
    condition: push.condition,
    facts,
    typeProblem: reservedTypeProblem(manifest),
    actor,
    now: registry.now(),
  });
  if (result.outcome === "missing") throw missingContent(repository, result.digests);
  if (result.outcome === "refused") throw refusedByPolicy(result.finding);
  if (result.outcome === "unmet") throw conditionUnmet(repository, result.tag, result.digest);
  if (facts === undefined) registry.unread();
  return { digest, tags, subject, warnings: result.warnings };
}

export interface PushCheck {
  readonly repository: RepositoryName;
  readonly tags: readonly Tag[];
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
  readonly actor: Actor;
}

/**
 * Says what a push of a manifest would come to, before its blobs are sent. Nothing is stored.
 * @returns the contents that it needs and that are not there, and what the policies warn of
 * @throws RegistryError as `putManifest`, but for content that is not there
 */
export async function checkPush(
  registry: Pick<Registry<"manifests" | "graph">, "metadata" | "types" | "now">,
  { repository, tags, contentType, body, actor }: PushCheck,
): Promise<{ readonly missing: readonly Digest[]; readonly warnings: readonly PolicyFinding[] }> {
  const manifest = parseManifest(body, contentType);
  await requireAdmitted(registry, repository, manifest);
  const result = await registry.metadata.manifests.put({
    ...manifest,
    repository,
    digest: digestOf(body),
    body,
    tags,
    typeProblem: reservedTypeProblem(manifest),
    dryRun: true,
    actor,
    now: registry.now(),
  });
  if (result.outcome === "refused") throw refusedByPolicy(result.finding);
  return result.outcome === "acceptable" ? result : { missing: [], warnings: [] };
}

/** A manifest that is asked to be there is; that it is not there need not be asked, as it would be the same. */
async function requireThere({ metadata }: Registry<"manifests">, repository: RepositoryName, digest: Digest, condition: TagCondition): Promise<void> {
  const isThere = (await metadata.manifests.findByDigest(repository, digest)) !== undefined;
  if (!meetsCondition({ match: condition.match }, isThere ? digest : undefined)) throw conditionUnmet(repository, digest, isThere ? digest : undefined);
}

/** RFC 9110, section 15.5.13. */
function conditionUnmet(repository: RepositoryName, reference: Tag | Digest, digest: Digest | undefined): RegistryError {
  const name = `${repository}${isDigest(reference) ? "@" : ":"}${reference}`;
  const now = digest === undefined ? "is not there" : isDigest(reference) ? "is there" : `is there already, as ${digest}`;
  return new RegistryError("DENIED", `${name} ${now}, which the condition of the request does not allow: read it again, and decide anew`, {
    status: 412,
    detail: { reference, digest: digest ?? null },
    ...(digest !== undefined && { headers: { ETag: `"${digest}"` } }),
  });
}

function verifiedDigest(reference: ManifestReference, body: Uint8Array): Digest {
  if ("tag" in reference) return digestOf(body);
  const digest = digestOf(body, digestAlgorithm(reference.digest));
  if (digest === reference.digest) return digest;
  throw new RegistryError("DIGEST_INVALID", `the manifest's digest is ${digest}, not ${reference.digest} as the request says`);
}

/** The refusal for a manifest that a repository does not have. */
export async function unknownManifest(registry: Registry<"repositories">, repository: RepositoryName, reference: ManifestReference): Promise<RegistryError> {
  if ((await registry.metadata.repositories.find(repository)) === undefined) return unknownRepository(repository);
  const what = "tag" in reference ? `tag ${reference.tag}` : `manifest ${reference.digest}`;
  return new RegistryError("MANIFEST_UNKNOWN", `repository ${repository} has no ${what}`);
}

function missingContent(repository: RepositoryName, digests: readonly Digest[]): RegistryError {
  const [first, ...rest] = digests;
  const others = rest.length > 0 ? ` and ${rest.length} more` : "";
  return new RegistryError("MANIFEST_BLOB_UNKNOWN", `repository ${repository} has no blob ${first}${others}; push it before the manifest`, {
    detail: { digests },
  });
}
