import type { Migration } from "./migration.ts";

/** Whether a repository is a package: it was declared, or a manifest came to it since it was made. One with uploaded blobs only is none. */
export const listedMigration: Migration = {
  version: 11,
  name: "listed repositories",
  statements: () => ["ALTER TABLE repository ADD COLUMN listed SMALLINT NOT NULL DEFAULT 1"],
};
