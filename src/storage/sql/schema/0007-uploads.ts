import type { Migration } from "./migration.ts";

/** Whose upload sessions are, and when bytes came to them: those that nobody uses make room for others. */
export const uploadsMigration: Migration = {
  version: 7,
  name: "uploads",
  statements: ({ text }) => [
    `ALTER TABLE upload_session ADD COLUMN client ${text} NOT NULL DEFAULT ''`,
    `ALTER TABLE upload_session ADD COLUMN address ${text} NOT NULL DEFAULT ''`,
    "ALTER TABLE upload_session ADD COLUMN active_at BIGINT",
    "UPDATE upload_session SET client = owner, active_at = created_at",
  ],
};
