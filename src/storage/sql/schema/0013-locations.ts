import type { Migration } from "./migration.ts";

/** Where a content store put content that it does not find by its digest, and what it has to remember of uploads that are staged. */
export const locationsMigration: Migration = {
  version: 13,
  name: "locations",
  statements: ({ text, clustered }) => [
    `ALTER TABLE content ADD COLUMN location ${text}`,
    "CREATE UNIQUE INDEX content_location ON content (location) WHERE location IS NOT NULL",
    `CREATE TABLE staged_upload (id ${text} NOT NULL PRIMARY KEY, version BIGINT NOT NULL, state ${text} NOT NULL, modified_at BIGINT NOT NULL)${clustered}`,
  ],
};
