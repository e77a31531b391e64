import type { AuditEntry } from "../../metadata/audit.ts";
import type { Actor, Millis } from "../../metadata/records.ts";

/** What the audit record says of a step, beside who and when. */
export type CatalogRecord = Pick<AuditEntry, "action" | "repository" | "reference" | "detail">;

/** What the steps of a change have in common. */
export interface CatalogStep {
  readonly actor: Actor;
  readonly now: Millis;
}
