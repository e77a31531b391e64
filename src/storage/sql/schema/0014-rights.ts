import type { Migration } from "./migration.ts";

/** A number that every change moves on by which somebody may do more or less: of accounts, tokens, grants and projects. */
export const rightsMigration: Migration = {
  version: 14,
  name: "revision of rights",
  statements: () => [
    "CREATE TABLE rights_revision (only_row SMALLINT PRIMARY KEY CHECK (only_row = 1), revision BIGINT NOT NULL)",
    "INSERT INTO rights_revision (only_row, revision) VALUES (1, 0)",
  ],
};
