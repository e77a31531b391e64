import { createHash } from "node:crypto";
import type { AuditStore } from "../storage/metadata/audit.ts";
import type { Actor, Millis } from "../storage/metadata/records.ts";
import type { Grant } from "./grant.ts";

/**
 * Notes the grants in the audit record when they are not those noted last.
 * @param grants undefined: open mode
 * @returns true when they were noted
 */
export async function recordGrants(audit: AuditStore, grants: readonly Grant[] | undefined, actor: Actor, now: Millis): Promise<boolean> {
  const canonical = grants === undefined ? "open" : canonicalGrants(grants);
  const sha256 = createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
  const [last] = await audit.list({ action: "grants.change", limit: 1 });
  if (last?.detail?.sha256 === sha256) return false;
  await audit.append([{ at: now, actor, action: "grants.change", detail: { sha256, grants: canonical } }]);
  return true;
}

/** The same for grants that mean the same: the order of grants, subjects and actions does not matter. */
function canonicalGrants(grants: readonly Grant[]): Grant[] {
  const sorted = grants.map((grant) => ({
    subjects: [...new Set(grant.subjects)].sort(),
    repositories: grant.repositories,
    actions: [...new Set(grant.actions)].sort(),
  }));
  const texts = new Map(sorted.map((grant) => [JSON.stringify(grant), grant]));
  return [...texts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, grant]) => grant);
}
