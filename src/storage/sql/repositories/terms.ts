import { orNull } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";

import { codeField, field, integers, isStorable, objects } from "../engine/parameters.ts";
import { each, type Fragment, sql } from "../engine/sql.ts";
import { command, rowsOf, sized } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

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
  // One order for all who do so, in which they wait for each other.
  keys.sort((a, b) => a.kind - b.kind || (a.name < b.name ? -1 : 1));
  // Nobody looks first: that would be a round trip.
  if (keys.length <= FEW) x.send(internFew(keys.length), { keys });
  else x.send(INTERN_MANY, { keys: JSON.stringify(keys) });
  return findKeys(x, keys);
}

/** So many terms come cheaper as parameters of their own than as a JSON array. */
const FEW = 32;

const { id, kind, name } = tables.term;
const { term_id } = tables.repository_term;

/** The kinds and names in the JSON array of a parameter. */
const KEYS = sql`SELECT ${codeField("kind")} AS kind, ${field("name")} AS name FROM ${objects("keys")}`;

/** Those of the keys with the columns `kind` and `name` that no term has. */
const intern = <P>(keys: Fragment<P>) =>
  command(
    () => sql`INSERT INTO term (kind, name) SELECT kind, name FROM (${keys}) AS wanted
  WHERE NOT EXISTS (SELECT 1 FROM term WHERE kind = wanted.kind AND name = wanted.name) ON CONFLICT DO NOTHING`,
  );

const few = (count: number) =>
  each({ list: "keys", count, fields: ["kind", "name"] }, (key) => sql`(CAST(${key.kind} AS SMALLINT), CAST(${key.name} AS TEXT))`);

const internFew = sized(FEW, (count) => intern(sql`SELECT column1 AS kind, column2 AS name FROM (VALUES ${few(count)}) AS keys`));
const INTERN_MANY = intern(KEYS);

const fewTerms = sized(FEW, (count) => rowsOf({ id, kind, name }, () => sql`SELECT id, kind, name FROM term WHERE (kind, name) IN (${few(count)})`));
const MANY_TERMS = rowsOf({ id, kind, name }, () => sql`SELECT id, kind, name FROM term WHERE (kind, name) IN (${KEYS})`);

async function findKeys(x: Executor, keys: readonly { readonly kind: number; readonly name: string }[]): Promise<Map<string, number>> {
  const found = keys.length <= FEW ? await x.query(fewTerms(keys.length), { keys }) : await x.query(MANY_TERMS, { keys: JSON.stringify(keys) });
  return new Map(found.map((row) => [`${row.kind} ${row.name}`, row.id]));
}

/** The ids of those of the terms that are among the interned ones, each once. */
export function termIds(interned: ReadonlyMap<string, number>, terms: readonly Term[]): number[] {
  return [...new Set(terms.map((term) => interned.get(termKey(term))))].filter((id) => id !== undefined);
}

/** A term that another transaction forgot meanwhile breaks the foreign key, after which the transaction is tried again. */
const addUses = sized(FEW, (count) => {
  const changes = each({ list: "changes", count, fields: ["id", "uses"] }, (change) => {
    const term = sql`CAST(${change.id} AS BIGINT)`;
    return sql`(CAST(${"repository"} AS BIGINT), COALESCE((SELECT kind FROM term WHERE id = ${term}), -1), ${term}, CAST(${change.uses} AS BIGINT))`;
  });
  return command(
    () => sql`INSERT INTO repository_term (repository_id, kind, term_id, uses) VALUES ${changes}
    ON CONFLICT (repository_id, kind, term_id) DO UPDATE SET uses = repository_term.uses + excluded.uses`,
  );
});

const REMOVE_UNUSED = rowsOf(
  { term_id },
  () => sql`DELETE FROM repository_term WHERE (repository_id, kind, term_id) IN
    (SELECT CAST(${"repository"} AS BIGINT), kind, id FROM term WHERE id IN (${integers("terms")})) AND uses <= 0
  RETURNING term_id`,
);

const FORGET = command(
  () => sql`DELETE FROM term WHERE id IN (${integers("ids")})
  AND NOT EXISTS (SELECT 1 FROM repository_term WHERE term_id = term.id) AND NOT EXISTS (SELECT 1 FROM dependency WHERE key_id = term.id)`,
);

/** Adds to the uses of terms by a repository, which is locked. `changes` holds numbers by term id. */
export async function countTerms(x: Executor, repository: number, changes: ReadonlyMap<number, number>): Promise<void> {
  const rows = [...changes].filter(([, uses]) => uses !== 0).map(([id, uses]) => ({ id, uses }));
  if (rows.length === 0) return;
  rows.sort((a, b) => a.id - b.id);
  for (let start = 0; start < rows.length; start += FEW) {
    const changes = rows.slice(start, start + FEW);
    x.send(addUses(changes.length), { repository, changes });
  }
  const fewer = rows.filter(({ uses }) => uses < 0).map(({ id }) => id);
  if (fewer.length === 0) return;
  const gone = await x.query(REMOVE_UNUSED, { repository, terms: JSON.stringify(fewer) });
  await forgetTerms(
    x,
    gone.map((row) => row.term_id),
  );
}

/** Forgets those of the terms that nothing has any more: dates and commits of builds would fill the table. */
export async function forgetTerms(x: Executor, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  x.send(FORGET, { ids: JSON.stringify([...new Set(ids)].sort((a, b) => a - b)) });
}

const TERMS = rowsOf(
  { kind, name, id: orNull(id) },
  () => sql`SELECT ${codeField("kind")} AS kind, ${field("name")} AS name,
    (SELECT id FROM term WHERE kind = ${codeField("kind")} AND name = ${field("name")}) AS id FROM ${objects("terms")}`,
);

/** Looks up the numbers of terms, all in one statement. The result gives undefined for a term that nothing has. */
export async function findTerms(x: Executor, terms: readonly Term[]): Promise<(term: Term) => number | undefined> {
  const wanted = terms.filter(({ name }) => isStorable(name)).map(({ kind, name }) => ({ kind: termKindCode(kind), name }));
  const rows = await x.query(TERMS, { terms: JSON.stringify(wanted) });
  const ids = new Map(rows.flatMap((row) => (row.id === null ? [] : [[`${row.kind} ${row.name}`, row.id]])));
  return (term) => ids.get(`${termKindCode(term.kind)} ${term.name}`);
}
