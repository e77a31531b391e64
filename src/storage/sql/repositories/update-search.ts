import type { Labels } from "../../metadata/catalog/definitions.ts";
import { tagClassCode } from "../engine/codes.ts";
import { orNull, parseLabels } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { codeField, field, jsonParameter, objects, strings } from "../engine/parameters.ts";
import { join, sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { readDocument, type SearchTexts, writeDocument } from "./search-document.ts";

const { name, title, description, labels, version_key, deleted_at } = tables.repository;
const { document } = tables.search_document;

const RELEASED = sql`SELECT version_key FROM tag WHERE repository_id = r.id AND version_key IS NOT NULL`;
const HIGHEST = sql`ORDER BY version_key DESC LIMIT 1`;

const REPOSITORY = rowsOf(
  {
    name,
    title,
    description,
    labels,
    version_key,
    deleted_at,
    latest_key: tables.tag.version_key,
    document: orNull(document),
  },
  () => sql`SELECT r.name, r.title, r.description, r.labels, r.version_key, r.deleted_at,
    COALESCE((${RELEASED} AND prerelease = 0 ${HIGHEST}), (${RELEASED} ${HIGHEST})) AS latest_key,
    (SELECT document FROM search_document WHERE repository_id = r.id) AS document
  FROM repository r WHERE r.id = ${"id"}`,
);
type RepositoryRow = typeof REPOSITORY.gives;

const SET_VERSION = command(() => sql`UPDATE repository SET version_key = ${"latest"} WHERE id = ${"id"}`);

/**
 * Brings what a repository is found and sorted by up to date with its definition and its tags. Three questions when nothing
 * changed. The repository is locked.
 */
export async function updateSearch(x: Executor, repository: number): Promise<void> {
  const [row, speakers] = await Promise.all([queryOne(x, REPOSITORY, { id: repository }), x.query(SPEAKERS, { repository })]);
  if (row === undefined) return;
  const latest = row.latest_key ?? "";
  if (latest !== row.version_key) x.send(SET_VERSION, { id: repository, latest });
  const document = row.deleted_at === null ? writeDocument(textsOf(row, speakers)) : "";
  if (document !== (row.document ?? "")) replaceDocument(x, repository, row.document, document);
}

/** Tags that speak for their repository, beside the highest version: of those changed last those that are no attachments. */
const RECENT = 20;
const SPEAKING = 3;

const ATTACHED = join([tagClassCode("referrers"), tagClassCode("attachment")]);

/** Bytes of annotations, or labels, that are read for words. */
const JSON_BYTES = 64 * 1024;

const speaker = tables.manifest;

const SPEAKERS = rowsOf(
  {
    id: speaker.id,
    title: speaker.title,
    description: speaker.description,
    annotations: speaker.annotations,
    labels: speaker.labels,
  },
  () => sql`SELECT m.id, m.title, m.description, CASE WHEN OCTET_LENGTH(m.annotations) <= ${JSON_BYTES} THEN m.annotations END AS annotations,
    CASE WHEN OCTET_LENGTH(m.labels) <= ${JSON_BYTES} THEN m.labels END AS labels
  FROM manifest m WHERE m.id IN (
    SELECT manifest_id FROM (SELECT manifest_id FROM (SELECT manifest_id, class, updated_at, name FROM tag WHERE repository_id = ${"repository"}
        ORDER BY updated_at DESC, name DESC LIMIT ${RECENT}) AS recent
      WHERE class NOT IN (${ATTACHED}) ORDER BY updated_at DESC, name DESC LIMIT ${SPEAKING}) AS speaking
    UNION SELECT manifest_id FROM (SELECT manifest_id FROM tag WHERE repository_id = ${"repository"} AND version_key IS NOT NULL AND prerelease = 0
      ORDER BY version_key DESC, name DESC LIMIT 1) AS latest) ORDER BY m.id`,
);

function textsOf(row: RepositoryRow, manifests: readonly (typeof SPEAKERS.gives)[]): SearchTexts {
  const join = (texts: readonly (string | null)[]): string => texts.filter((text) => text !== null).join("\n");
  return {
    name: row.name,
    title: join([row.title, ...manifests.map(({ title }) => title)]),
    description: join([row.description, ...manifests.map(({ description }) => description)]),
    other: join([row.labels, ...manifests.flatMap(({ annotations, labels }) => [annotations, labels])].map((json) => valuesOf(parseLabels(json)))),
  };
}

/** Keys whose values are of no use to those who look for a package. */
const DULL = /(?:^|[./_-])(?:created|revision|version|digest|checksum|date|build)$/i;

/** Characters of one value that are read. */
const VALUE = 500;

function valuesOf(entries: Labels): string {
  return Object.entries(entries)
    .filter(([key]) => !DULL.test(key))
    .map(([, value]) => value.slice(0, VALUE))
    .join("\n");
}

const REPLACE = command(
  () => sql`INSERT INTO search_document (repository_id, document) VALUES (${"repository"}, ${"after"})
  ON CONFLICT (repository_id) DO UPDATE SET document = excluded.document`,
);

const POSTINGS = sql`SELECT (SELECT id FROM search_word WHERE word = ${field("word")}), ${codeField("field")}`;

const REMOVE_POSTINGS = command(
  () => sql`DELETE FROM search_posting
  WHERE repository_id = ${"repository"} AND (word_id, field) IN (${POSTINGS} FROM ${objects("postings")})`,
);
const ADD_POSTINGS = command(
  () => sql`INSERT INTO search_posting (word_id, field, repository_id)
  ${POSTINGS}, CAST(${"repository"} AS BIGINT) FROM ${objects("postings")} WHERE true ON CONFLICT DO NOTHING`,
);

/** Words are never forgotten: other transactions count on them, and there are not many. */
const INTERN_WORDS = command(
  () => sql`INSERT INTO search_word (word)
  SELECT value FROM ${strings("words")} WHERE NOT EXISTS (SELECT 1 FROM search_word WHERE word = value) ON CONFLICT DO NOTHING`,
);

function replaceDocument(x: Executor, repository: number, before: string | null, after: string): void {
  x.send(REPLACE, { repository, after });
  const old = readDocument(before ?? "");
  const words = readDocument(after);
  const gone = [...old].filter(([word, field]) => words.get(word) !== field).map(([word, field]) => ({ word, field }));
  const added = [...words].filter(([word, field]) => old.get(word) !== field).map(([word, field]) => ({ word, field }));
  if (gone.length > 0) {
    x.send(REMOVE_POSTINGS, { repository, postings: jsonParameter(gone) });
  }
  if (added.length === 0) return;
  internWords(
    x,
    added.map(({ word }) => word),
  );
  x.send(ADD_POSTINGS, { repository, postings: jsonParameter(added) });
}

/** In one order, in which all wait for each other. */
function internWords(x: Executor, words: readonly string[]): void {
  x.send(INTERN_WORDS, { words: JSON.stringify([...words].sort()) });
}
