import type { Labels } from "../../metadata/catalog/definitions.ts";
import { tagClassCode } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { parseLabels } from "../engine/labels.ts";
import { jsonParameter } from "../engine/parameters.ts";
import { readDocument, type SearchTexts, writeDocument } from "./search-document.ts";

interface RepositoryRow {
  readonly name: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly labels: string | null;
  readonly version_key: string;
  readonly latest_key: string | null;
  readonly document: string | null;
  readonly deleted_at: number | null;
}

const release = (condition: string): string =>
  `(SELECT version_key FROM tag WHERE repository_id = r.id AND version_key IS NOT NULL${condition} ORDER BY version_key DESC LIMIT 1)`;

const REPOSITORY = `SELECT r.name, r.title, r.description, r.labels, r.version_key, r.deleted_at,
    COALESCE(${release(" AND prerelease = 0")}, ${release("")}) AS latest_key, (SELECT document FROM search_document WHERE repository_id = r.id) AS document
  FROM repository r WHERE r.id = $1`;

/**
 * Brings what a repository is found and sorted by up to date with its definition and its tags. Three questions when nothing
 * changed. The repository is locked.
 */
export async function updateSearch(x: Executor, repository: number): Promise<void> {
  const row = await queryOne<RepositoryRow>(x, REPOSITORY, [repository]);
  if (row === undefined) return;
  const latest = row.latest_key ?? "";
  if (latest !== row.version_key) await x.query("UPDATE repository SET version_key = $2 WHERE id = $1", [repository, latest]);
  const document = row.deleted_at === null ? writeDocument(await textsOf(x, repository, row)) : "";
  if (document !== (row.document ?? "")) await replaceDocument(x, repository, row.document, document);
}

interface ManifestRow {
  readonly id: number;
  readonly title: string | null;
  readonly description: string | null;
  readonly annotations: string | null;
  readonly labels: string | null;
}

/** Tags that speak for their repository, beside the highest version: of those changed last those that are no attachments. */
const RECENT = 20;
const SPEAKING = 3;

const ATTACHED = [tagClassCode("referrers"), tagClassCode("attachment")].join(", ");

/** Bytes of annotations, or labels, that are read for words. */
const JSON_BYTES = 64 * 1024;

const short = (column: string): string => `CASE WHEN OCTET_LENGTH(m.${column}) <= ${JSON_BYTES} THEN m.${column} END AS ${column}`;

const SPEAKERS = `SELECT m.id, m.title, m.description, ${short("annotations")}, ${short("labels")} FROM manifest m WHERE m.id IN (
  SELECT manifest_id FROM (SELECT manifest_id FROM (SELECT manifest_id, class, updated_at, name FROM tag WHERE repository_id = $1
      ORDER BY updated_at DESC, name DESC LIMIT ${RECENT}) AS recent
    WHERE class NOT IN (${ATTACHED}) ORDER BY updated_at DESC, name DESC LIMIT ${SPEAKING}) AS speaking
  UNION SELECT manifest_id FROM (SELECT manifest_id FROM tag WHERE repository_id = $1 AND version_key IS NOT NULL AND prerelease = 0
    ORDER BY version_key DESC, name DESC LIMIT 1) AS latest) ORDER BY m.id`;

async function textsOf(x: Executor, repository: number, row: RepositoryRow): Promise<SearchTexts> {
  const manifests = await x.query<ManifestRow>(SPEAKERS, [repository]);
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

async function replaceDocument(x: Executor, repository: number, before: string | null, after: string): Promise<void> {
  await x.query(
    `INSERT INTO search_document (repository_id, document) VALUES ($1, $2) ON CONFLICT (repository_id) DO UPDATE SET document = excluded.document`,
    [repository, after],
  );
  const old = readDocument(before ?? "");
  const words = readDocument(after);
  const gone = [...old].filter(([word, field]) => words.get(word) !== field).map(([word, field]) => ({ word, field }));
  const added = [...words].filter(([word, field]) => old.get(word) !== field).map(([word, field]) => ({ word, field }));
  const elements = x.dialect.objects("$2");
  const wordId = "(SELECT id FROM search_word WHERE word = value->>'word')";
  if (gone.length > 0) {
    await x.query(
      `DELETE FROM search_posting WHERE repository_id = $1 AND (word_id, field) IN
         (SELECT ${wordId}, CAST(value->>'field' AS SMALLINT) FROM ${elements})`,
      [repository, jsonParameter(gone)],
    );
  }
  if (added.length === 0) return;
  await internWords(
    x,
    added.map(({ word }) => word),
  );
  await x.query(
    `INSERT INTO search_posting (word_id, field, repository_id)
     SELECT ${wordId}, CAST(value->>'field' AS SMALLINT), CAST($1 AS BIGINT) FROM ${elements} WHERE true ON CONFLICT DO NOTHING`,
    [repository, jsonParameter(added)],
  );
}

/** Words are never forgotten: other transactions count on them, and there are not many. In one order, in which all wait for each other. */
async function internWords(x: Executor, words: readonly string[]): Promise<void> {
  await x.query(
    `INSERT INTO search_word (word) SELECT value FROM ${x.dialect.strings("$1")} WHERE NOT EXISTS (SELECT 1 FROM search_word WHERE word = value)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify([...words].sort())],
  );
}
