import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import { classifyTag, overwriteRule, type PolicyLevel } from "../../../oci/tag-class.ts";
import type { PolicyFinding } from "../../metadata/catalog/policies.ts";
import { DEFAULT_POLICIES } from "../../metadata/catalog/policies.ts";
import { policyLevel } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { contentType, type LockedRepository } from "../repositories/locks.ts";
import { findProjectPath, projectId } from "../repositories/projects.ts";
import { type TypedManifest, type TypeObjection, typeObjections } from "./type-policy.ts";

const { type_policy, version_policy } = tables.project;

const POLICIES = rowsOf({ type_policy, version_policy }, () => sql`SELECT type_policy, version_policy FROM project WHERE id = ${"project"}`);

/** Tags that are to point to a manifest. */
export interface Tagging {
  readonly repository: RepositoryName;
  /** Undefined: it is to come, in the project where it belongs. */
  readonly known: LockedRepository | undefined;
  /** Those that point elsewhere, or nowhere, so far. */
  readonly tags: readonly Tag[];
  readonly before: ReadonlyMap<Tag, { readonly digest: Digest }>;
}

/** What the project's policies have against tags of a manifest. */
export async function taggingFindings(x: Executor, tagging: Tagging, manifest: TypedManifest): Promise<PolicyFinding[]> {
  const types = typeObjections(tagging, manifest, await contentType(x, tagging.known));
  const versions = movedVersions(tagging);
  if (types.length === 0 && versions.length === 0) return [];
  const policies = await policiesOf(x, tagging);
  return [...typeFindings(types, policies.types), ...versionFindings(tagging, policies.versions)];
}

function typeFindings(objections: readonly TypeObjection[], level: PolicyLevel): PolicyFinding[] {
  if (level === "off") return [];
  return objections.filter(({ certain }) => certain || level === "enforce").map(({ message }) => ({ policy: "types", level, message }));
}

interface Levels {
  readonly types: PolicyLevel;
  readonly versions: PolicyLevel;
}

async function policiesOf(x: Executor, { repository, known }: Tagging): Promise<Levels> {
  const project = known === undefined ? await projectId(x, await findProjectPath(x, repository)) : undefined;
  const row = project === undefined ? known : await queryOne(x, POLICIES, { project });
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
