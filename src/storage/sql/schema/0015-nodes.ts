import type { Migration } from "./migration.ts";

/**
 * What nodes tell each other: that they are there and how they are set, which batch of pulls each has counted last, and how often log-ins
 * from an address failed.
 */
export const nodesMigration: Migration = {
  version: 15,
  name: "nodes",
  statements: ({ text, clustered }) => [
    `CREATE TABLE node (id ${text} NOT NULL PRIMARY KEY, name ${text} NOT NULL, version ${text} NOT NULL, schema_version INTEGER NOT NULL,
      settings ${text} NOT NULL, seen BIGINT NOT NULL)${clustered}`,
    `CREATE TABLE pull_batch (counter ${text} NOT NULL PRIMARY KEY, batch BIGINT NOT NULL, at BIGINT NOT NULL)${clustered}`,
    `CREATE TABLE login_failure (address ${text} NOT NULL PRIMARY KEY, since BIGINT NOT NULL, failures BIGINT NOT NULL)${clustered}`,
    "CREATE INDEX login_failure_since ON login_failure (since)",
  ],
};
