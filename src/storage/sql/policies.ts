import type { Digest } from "../../oci/digest.ts";
import { type ManifestKind, OCI_IMAGE_CONFIG } from "../../oci/media-types.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import { classifyTag, overwriteRule, type PolicyLevel } from "../../oci/tag-class.ts";
import type { PolicyFinding } from "../catalog-store.ts";
import type { Place } from "../place.ts";
import { policyLevel } from "./catalog-codes.ts";
import { type Executor, queryOne } from "./executor.ts";
import { placeOf } from "./places.ts";
import type { LockedRepository } from "./repositories.ts";
import { isExempt } from "./tally.ts";

/** What a project asks of those who tag. */
export interface TagPolicies {
  readonly types: PolicyLevel;
  readonly versions: PolicyLevel;
}

export function policiesOf(row: Pick<LockedRepository, "type_policy" | "version_policy">): TagPolicies {
  return { types: policyLevel(row.type_policy), versions: policyLevel(row.version_policy) };
}

/** The policies of a repository that is there, or of the project that it would come to be in. */
export async function policiesFor(x: Executor, name: RepositoryName, known: LockedRepository | undefined): Promise<TagPolicies> {
  return policiesOf(known ?? (await levelsOf(x, await placeOf(x, name))) ?? { type_policy: 1, version_policy: 1 });
}

function levelsOf(x: Executor, { namespace, project }: Place): Promise<{ type_policy: number; version_policy: number } | undefined> {
  const sql = "SELECT type_policy, version_policy FROM project WHERE namespace_id = (SELECT id FROM namespace WHERE name = $1) AND name = $2";
  return queryOne(x, sql, [namespace, project]);
}

/** A tag that is to point to something else than before. */
export interface TagMove {
  readonly repository: RepositoryName;
  readonly tag: Tag;
  /** Undefined: the tag is new. */
  readonly from: Digest | undefined;
}

/** The version policy: versions are immutable. */
export function versionFinding({ repository, tag, from }: TagMove, policies: TagPolicies): PolicyFinding | undefined {
  if (from === undefined) return undefined;
  const rule = overwriteRule(classifyTag(tag, undefined).class, policies.versions);
  if (rule === "allowed") return undefined;
  const message =
    rule === "refused"
      ? `the tag ${tag} of ${repository} is a version, and versions do not change here: it stays at ${from}; push the content as a new version, or delete the tag first`
      : `the tag ${tag} of ${repository} is a version and was moved from ${from}, so that its users get other content from now on: push changes as new versions`;
  return { policy: "versions", level: rule === "refused" ? "enforce" : "warn", message };
}

/** What the type policy looks at. */
export interface TypedManifest {
  readonly kind: ManifestKind;
  /** The effective type. */
  readonly type: string | undefined;
  readonly hasSubject: boolean;
  /** Why it may not carry its type. */
  readonly typeProblem: string | undefined;
}

/**
 * The type policy: the tags of a repository have one type, and only what is of a type carries it. Referrers and their tags
 * are free of it.
 * @param tags those that are to point to it and did not before
 * @param contentType of the repository
 */
export function typeFindings(
  repository: RepositoryName,
  manifest: TypedManifest,
  tags: readonly Tag[],
  policies: TagPolicies,
  contentType: string | undefined,
): PolicyFinding[] {
  const level = policies.types;
  const tag = tags.find((name) => !isExempt(classifyTag(name, manifest.kind).class));
  if (level === "off" || manifest.hasSubject || tag === undefined) return [];
  const messages: string[] = [];
  if (manifest.typeProblem !== undefined) messages.push(manifest.typeProblem);
  if (manifest.type !== undefined && contentType !== undefined && !isSameType(manifest.type, contentType)) {
    messages.push(
      `the tag ${tag} of ${repository} is of type ${manifest.type}, the other tags there are of type ${contentType}: push it to a repository of its own, or attach it as a referrer`,
    );
  }
  return messages.map((message) => ({ policy: "types", level, message }));
}

/** Docker's own type of images stands for the same as that of the specification which grew from it. */
const DOCKER_IMAGE_CONFIG = "application/vnd.docker.container.image.v1+json";

function isSameType(a: string, b: string): boolean {
  const [one, other] = [a, b].map((type) => (type === DOCKER_IMAGE_CONFIG ? OCI_IMAGE_CONFIG : type.toLowerCase()));
  return one === other;
}
