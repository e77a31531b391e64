import type { Migration } from "./migration.ts";

/** The first entry since a time is found in the index alone. */
export const auditOrderMigration: Migration = {
  version: 9,
  name: "audit order",
  statements: () => ["CREATE INDEX audit_at_id ON audit (at, id)", "DROP INDEX audit_at"],
};
