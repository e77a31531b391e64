import type { Migration } from "./migration.ts";

/** When each kind of maintenance last ended well, whoever ran it. */
export const runsMigration: Migration = {
  version: 10,
  name: "maintenance runs",
  statements: ({ text, clustered }) => [`CREATE TABLE maintenance_run (name ${text} NOT NULL PRIMARY KEY, ended_at BIGINT NOT NULL)${clustered}`],
};
