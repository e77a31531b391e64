import type { Executor } from "../engine/executor.ts";
import { insertRows } from "../engine/insert-rows.ts";

/** What repositories are filtered by, and keys of dependencies. Order is the code in the database: only append. */
const TERM_KINDS = [
  "namespace",
  "project",
  "type",
  "artifactType",
  "configMediaType",
  "mediaType",
  "platform",
  "class",
  "annotation",
  "label",
  "signed",
  "referrer",
  "provides",
  "depends",
] as const;

export type TermKind = (typeof TERM_KINDS)[number];

export interface Term {
  readonly kind: TermKind;
  /** `project` terms are `namespace/project`; annotations and labels `key` and `key=value`; `signed` is `true`. */
  readonly name: string;
}

export function termKindCode(kind: TermKind): number {
  return TERM_KINDS.indexOf(kind);
}

/** Characters of a term's name at most: an index of PostgreSQL holds 2704 bytes. */
const NAME_LIMIT = 600;

/** Those of the terms that the database can hold, each once. */
function storableTerms(terms: readonly Term[]): Term[] {
  const kept = new Map<string, Term>();
  for (const { kind, name } of terms) {
    if (name === "" || name.length > NAME_LIMIT || name.includes("\0") || !name.isWellFormed()) continue;
    kept.set(termKey({ kind, name }), { kind, name });
  }
  return [...kept.values()];
}

export function termKey({ kind, name }: Term): string {
  return `${termKindCode(kind)} ${name}`;
}

/** The id of each storable term by its `termKey`, which is made known where it was not. */
export async function internTerms(x: Executor, terms: readonly Term[]): Promise<Map<string, number>> {
  const distinct = storableTerms(terms);
  if (distinct.length === 0) return new Map();
  const keys = distinct.map(({ kind, name }) => ({ kind: termKindCode(kind), name }));
  const known = await findKeys(x, keys);
  const missing = keys.filter(({ kind, name }) => !known.has(`${kind} ${name}`));
  if (missing.length === 0) return known;
  // One order for all who do so, in which they wait for each other.
  missing.sort((a, b) => a.kind - b.kind || (a.name < b.name ? -1 : 1));
  if (missing.length <= FEW) await insertRows(x, "term", missing, "ON CONFLICT DO NOTHING");
  else await x.query(`INSERT INTO term (kind, name) ${keysOf(x)} WHERE true ON CONFLICT DO NOTHING`, [JSON.stringify(missing)]);
  return new Map([...known, ...(await findKeys(x, missing))]);
}

interface TermRow {
  readonly id: number;
  readonly kind: number;
  readonly name: string;
}

/** So many terms come cheaper as parameters of their own than as a JSON array. */
const FEW = 32;

/** The kinds and names in the JSON array of the first parameter. */
const keysOf = (x: Executor): string => `SELECT CAST(value->>'kind' AS SMALLINT), value->>'name' FROM ${x.dialect.objects("$1")}`;

async function findKeys(x: Executor, keys: readonly Omit<TermRow, "id">[]): Promise<Map<string, number>> {
  const values = keys.map((_, n) => `(CAST($${2 * n + 1} AS SMALLINT), CAST($${2 * n + 2} AS TEXT))`);
  const select = "SELECT id, kind, name FROM term WHERE (kind, name) IN";
  const rows =
    keys.length <= FEW
      ? await x.query<TermRow>(
          `${select} (VALUES ${values.join(", ")})`,
          keys.flatMap(({ kind, name }) => [kind, name]),
        )
      : await x.query<TermRow>(`${select} (${keysOf(x)})`, [JSON.stringify(keys)]);
  return new Map(rows.map(({ id, kind, name }) => [`${kind} ${name}`, id]));
}

/** The ids of those of the terms that are among the interned ones, each once. */
export function termIds(interned: ReadonlyMap<string, number>, terms: readonly Term[]): number[] {
  return [...new Set(terms.map((term) => interned.get(termKey(term))))].filter((id) => id !== undefined);
}

/** Adds to the uses of terms by a repository, which is locked. `changes` holds numbers by term id. */
export async function countTerms(x: Executor, repository: number, changes: ReadonlyMap<number, number>): Promise<void> {
  const rows = [...changes].filter(([, uses]) => uses !== 0).map(([id, uses]) => ({ id, uses }));
  if (rows.length === 0) return;
  rows.sort((a, b) => a.id - b.id);
  for (let start = 0; start < rows.length; start += FEW) {
    const chunk = rows.slice(start, start + FEW);
    const values = chunk.map((_, n) => {
      const [id, uses] = [`CAST($${2 * n + 2} AS BIGINT)`, `CAST($${2 * n + 3} AS BIGINT)`];
      // a term that another transaction forgot meanwhile breaks the foreign key, after which the transaction is tried again
      return `(CAST($1 AS BIGINT), COALESCE((SELECT kind FROM term WHERE id = ${id}), -1), ${id}, ${uses})`;
    });
    await x.query(
      `INSERT INTO repository_term (repository_id, kind, term_id, uses) VALUES ${values.join(", ")}
       ON CONFLICT (repository_id, kind, term_id) DO UPDATE SET uses = repository_term.uses + excluded.uses`,
      [repository, ...chunk.flatMap(({ id, uses }) => [id, uses])],
    );
  }
  const fewer = rows.filter(({ uses }) => uses < 0).map(({ id }) => id);
  if (fewer.length === 0) return;
  const gone = await x.query<{ term_id: number }>(
    `DELETE FROM repository_term WHERE (repository_id, kind, term_id) IN
       (SELECT CAST($1 AS BIGINT), kind, id FROM term WHERE id IN (SELECT CAST(value AS BIGINT) FROM ${x.dialect.strings("$2")})) AND uses <= 0
     RETURNING term_id`,
    [repository, JSON.stringify(fewer)],
  );
  await forgetTerms(
    x,
    gone.map((row) => row.term_id),
  );
}

/** Forgets those of the terms that nothing has any more: dates and commits of builds would fill the table. */
export async function forgetTerms(x: Executor, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await x.query(
    `DELETE FROM term WHERE id IN (SELECT CAST(value AS BIGINT) FROM ${x.dialect.strings("$1")})
        AND NOT EXISTS (SELECT 1 FROM repository_term WHERE term_id = term.id) AND NOT EXISTS (SELECT 1 FROM dependency WHERE key_id = term.id)`,
    [JSON.stringify([...new Set(ids)].sort((a, b) => a - b))],
  );
}
