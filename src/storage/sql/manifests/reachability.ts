import type { Millis } from "../../metadata/records.ts";
import { CHILD_EDGE } from "../engine/codes.ts";
import type { Executor } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command } from "../engine/statement.ts";

/**
 * Condition on a manifest `m`: nothing visible needs it. That is, no tag points to it, no index lists it as a child, and it
 * does not refer to a subject that is there. One step suffices, because what is removed passes its time on (`startRetention`).
 */
export const UNREACHABLE = sql`NOT EXISTS (SELECT 1 FROM tag g WHERE g.manifest_id = m.id)
  AND NOT EXISTS (SELECT 1 FROM manifest_edge e JOIN manifest p ON p.id = e.manifest_id
    WHERE e.content_id = m.content_id AND e.repository_id = m.repository_id AND e.kind = ${CHILD_EDGE} AND p.deleted_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM manifest s
    WHERE s.repository_id = m.repository_id AND s.content_id = m.subject_content_id AND s.deleted_at IS NULL)`;

const START = command(
  () => sql`UPDATE manifest AS m SET untagged_at = ${"at"} WHERE m.id = ${"manifest"} AND m.deleted_at IS NULL
  AND (m.untagged_at IS NULL OR m.untagged_at < ${"at"}) AND ${UNREACHABLE}`,
);

/** Of these manifests, those that have become unreachable are kept for the time of retention, counted from `at`. */
export async function startRetention(x: Executor, manifests: readonly { readonly manifest: number; readonly at: Millis }[]): Promise<void> {
  for (const { manifest, at } of manifests) {
    x.send(START, { manifest, at });
  }
}
