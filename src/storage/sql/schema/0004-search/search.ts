import type { Migration, StepDatabase } from "../migration.ts";
import { type FoundRepository, textsOf } from "./texts.ts";
import { wordsByField } from "./words.ts";

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

interface RepositoryRow extends FoundRepository {
  readonly latest_key: string | null;
  readonly deleted_at: number | null;
}

const release = (condition: string): string =>
  `(SELECT version_key FROM tag WHERE repository_id = r.id AND version_key IS NOT NULL${condition} ORDER BY version_key DESC LIMIT 1)`;

const REPOSITORIES = `SELECT r.id, r.name, r.title, r.description, r.labels, r.deleted_at,
    COALESCE(${release(" AND prerelease = 0")}, ${release("")}) AS latest_key FROM repository r WHERE r.id > $1 ORDER BY r.id LIMIT ${CHUNK}`;

async function describeRepositories(x: StepDatabase): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await x.query<RepositoryRow>(REPOSITORIES, [after]);
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const row of rows) {
      if (row.latest_key !== null) await x.query("UPDATE repository SET version_key = $2 WHERE id = $1", [row.id, row.latest_key]);
      if (row.deleted_at === null) await describe(x, row);
    }
    after = last.id;
  }
}

async function describe(x: StepDatabase, row: RepositoryRow): Promise<void> {
  const fields = wordsByField(await textsOf(x, row));
  const document = fields.map((words) => ` ${words.join(" ")} `).join("\n");
  await x.query("INSERT INTO search_document (repository_id, document) VALUES ($1, $2)", [row.id, document]);
  const words = fields.flatMap((found, field) => found.map((word) => ({ word, field })));
  if (words.length === 0) return;
  const elements = (parameter: string): string =>
    x.dialect.name === "sqlite" ? `json_each(${parameter})` : `json_array_elements(CAST(CAST(${parameter} AS TEXT) AS JSON)) AS elements(value)`;
  await x.query(
    `INSERT INTO search_word (word) SELECT value->>'word' FROM ${elements("$1")} WHERE NOT EXISTS (SELECT 1 FROM search_word WHERE word = value->>'word')`,
    [JSON.stringify(words)],
  );
  await x.query(
    `INSERT INTO search_posting (word_id, field, repository_id)
     SELECT (SELECT id FROM search_word WHERE word = value->>'word'), CAST(value->>'field' AS SMALLINT), CAST($1 AS BIGINT) FROM ${elements("$2")}`,
    [row.id, JSON.stringify(words)],
  );
}
