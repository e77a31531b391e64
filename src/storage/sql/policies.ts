import type { Digest } from "../../oci/digest.ts";
import { type ManifestKind, OCI_IMAGE_CONFIG } from "../../oci/media-types.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import { classifyTag, overwriteRule, type PolicyLevel } from "../../oci/tag-class.ts";
import { DEFAULT_POLICIES, type PolicyFinding } from "../catalog-store.ts";
import { policyLevel } from "./catalog-codes.ts";
import { type Executor, queryOne } from "./executor.ts";
import { placeOf, projectId } from "./places.ts";
import { contentType, type LockedRepository } from "./repositories.ts";
import { isExempt } from "./tally.ts";

/** Tags that are to point to a manifest. */
export interface Tagging {
  readonly repository: RepositoryName;
  /** Undefined: it is to come, in the project where it belongs. */
  readonly known: LockedRepository | undefined;
  /** Those that point elsewhere, or nowhere, so far. */
  readonly tags: readonly Tag[];
  readonly before: ReadonlyMap<Tag, { readonly digest: Digest }>;
}

/** What the type policy looks at. */
export interface TypedManifest {
  readonly kind: ManifestKind;
  /** The effective type. */
  readonly type: string | undefined;
  /** Of an index: those that its children are known to have. */
  readonly childTypes: readonly string[];
  readonly hasSubject: boolean;
  /** Why it may not carry its type. */
  readonly typeProblem: string | undefined;
}

/** What the project's policies have against tags of a manifest. */
export async function taggingFindings(x: Executor, tagging: Tagging, manifest: TypedManifest): Promise<PolicyFinding[]> {
  const types = typeMessages(tagging, manifest, await contentType(x, tagging.known));
  const versions = movedVersions(tagging);
  // Few pushes have any of this, so the policies are only looked up now.
  if (types.length === 0 && versions.length === 0) return [];
  const policies = await policiesOf(x, tagging);
  const level = policies.types;
  return [...(level === "off" ? [] : types.map((message) => ({ policy: "types", level, message }) as const)), ...versionFindings(tagging, policies.versions)];
}

interface Levels {
  readonly types: PolicyLevel;
  readonly versions: PolicyLevel;
}

async function policiesOf(x: Executor, { repository, known }: Tagging): Promise<Levels> {
  const project = known?.project_id ?? (await projectId(x, await placeOf(x, repository)));
  if (project === undefined) return DEFAULT_POLICIES;
  const sql = "SELECT type_policy, version_policy FROM project WHERE id = $1";
  const row = await queryOne<{ type_policy: number; version_policy: number }>(x, sql, [project]);
  return row === undefined ? DEFAULT_POLICIES : { types: policyLevel(row.type_policy), versions: policyLevel(row.version_policy) };
}

function movedVersions({ tags, before }: Tagging): Tag[] {
  return tags.filter((tag) => before.has(tag) && overwriteRule(classifyTag(tag, undefined).class, "enforce") !== "allowed");
}

/** Versions are immutable. */
function versionFindings(tagging: Tagging, policy: PolicyLevel): PolicyFinding[] {
  return movedVersions(tagging).flatMap((tag) => {
    const rule = overwriteRule(classifyTag(tag, undefined).class, policy);
    if (rule === "allowed") return [];
    const which = `the tag ${tag} of ${tagging.repository} is a version`;
    const from = tagging.before.get(tag)?.digest;
    const message =
      rule === "refused"
        ? `${which}, and versions do not change here: it stays at ${from}; push the content as a new version, or delete the tag first`
        : `${which} and was moved from ${from}, so that its users get other content from now on: push changes as new versions`;
    return [{ policy: "versions", level: rule === "refused" ? "enforce" : "warn", message }];
  });
}

/**
 * The tags of a repository have one type, and only what is of a type carries it. Referrers, and tags that hold them, are free
 * of that.
 */
function typeMessages({ repository, tags }: Tagging, manifest: TypedManifest, expected: string | undefined): string[] {
  const { type, childTypes, typeProblem } = manifest;
  const tag = tags.find((name) => !isExempt(classifyTag(name, manifest.kind).class));
  if (manifest.hasSubject || tag === undefined) return [];
  const messages = typeProblem === undefined ? [] : [typeProblem];
  const disguised = isSameType(type, OCI_IMAGE_CONFIG) ? childTypes.find((child) => !isSameType(child, OCI_IMAGE_CONFIG)) : undefined;
  if (disguised !== undefined) messages.push(`artifactType ${type} is reserved for container images, but the index lists an artifact of type ${disguised}`);
  const others = type === undefined ? childTypes : [type];
  const foreign = expected === undefined ? undefined : others.find((other) => !isSameType(other, expected));
  if (foreign !== undefined) {
    const what = type === undefined ? "lists an artifact of type" : "is of type";
    const next = "push it to a repository of its own, or attach it as a referrer";
    messages.push(`the tag ${tag} of ${repository} ${what} ${foreign}, the other tags there are of type ${expected}: ${next}`);
  }
  return messages;
}

/** Docker's own type of images stands for the same as that of the specification which grew from it. */
const DOCKER_IMAGE_CONFIG = "application/vnd.docker.container.image.v1+json";

function isSameType(a: string | undefined, b: string): boolean {
  const [one, other] = [a, b].map((type) => (type?.toLowerCase() === DOCKER_IMAGE_CONFIG ? OCI_IMAGE_CONFIG : type?.toLowerCase()));
  return one === other;
}
