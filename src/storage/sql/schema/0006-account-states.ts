import type { Migration } from "./migration.ts";

/** Accounts that exist and let nobody in, and when a password was replaced: bearer tokens of the one before are over then. */
export const accountStatesMigration: Migration = {
  version: 6,
  name: "account states",
  statements: () => ["ALTER TABLE app_user ADD COLUMN disabled_at BIGINT", "ALTER TABLE app_user ADD COLUMN password_changed_at BIGINT"],
};
