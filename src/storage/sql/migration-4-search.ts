import type { Executor } from "./executor.ts";
import type { Migration } from "./schema-types.ts";
import { updateSearch } from "./update-search.ts";

/**
 * Full text. The same in both databases: words by the repositories that have them, those in names first, so that the best
 * candidates are a walk through one index however common a word is. `document` holds the words of a repository, a line for each
 * field. Also what lists of packages and tags sort by, and what was declared.
 */
export const searchMigration: Migration = {
  version: 4,
  name: "search",
  statements: ({ id, key, text, clustered }) => [
    `CREATE TABLE search_document (repository_id ${key} REFERENCES repository(id), document ${text} NOT NULL)`,
    `CREATE TABLE search_word (id ${id}, word ${text} NOT NULL UNIQUE)`,
    `CREATE TABLE search_posting (
      word_id BIGINT NOT NULL REFERENCES search_word(id), field SMALLINT NOT NULL, repository_id BIGINT NOT NULL REFERENCES repository(id),
      PRIMARY KEY (word_id, field, repository_id))${clustered}`,

    `ALTER TABLE repository ADD COLUMN version_key ${text} NOT NULL DEFAULT ''`,
    "CREATE INDEX repository_version ON repository (version_key, name)",
    "CREATE INDEX tag_release ON tag (repository_id, version_key, name) WHERE version_key IS NOT NULL AND prerelease = 0",
    "CREATE INDEX tag_pulls ON tag (repository_id, pulls, name)",

    "CREATE INDEX namespace_declared ON namespace (name) WHERE declared = 1",
    "CREATE INDEX project_declared ON project (id) WHERE declared = 1",
    "CREATE INDEX repository_declared ON repository (name) WHERE declared = 1",
  ],
  complete: describeRepositories,
};

/** Repositories that are read together. */
const CHUNK = 1000;

async function describeRepositories(x: Executor): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await x.query<{ id: number }>("SELECT id FROM repository WHERE id > $1 ORDER BY id LIMIT $2", [after, CHUNK]);
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const { id } of rows) await updateSearch(x, id);
    after = last.id;
  }
}
