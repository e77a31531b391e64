import type { Migration } from "./migration.ts";

/** Secrets that all processes over one database share. */
export const secretsMigration: Migration = {
  version: 5,
  name: "secrets",
  statements: ({ text, bytes, clustered }) => [`CREATE TABLE secret (name ${text} NOT NULL PRIMARY KEY, value ${bytes} NOT NULL)${clustered}`],
};
