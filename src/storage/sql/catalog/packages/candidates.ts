import type { PackageQuery } from "../../../metadata/catalog/packages.ts";
import type { Position, Visibility } from "../../../metadata/records.ts";
import { integer, names, type Row } from "../../engine/columns.ts";
import type { Executor } from "../../engine/executor.ts";
import { field, idTable, objects } from "../../engine/parameters.ts";
import { name as columnName, sql } from "../../engine/sql.ts";
import { formsOf, rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";
import { type NamedId, visibleRows } from "../../repositories/visible-rows.ts";
import type { Conditions } from "./filter.ts";
import { END_OF_NAMES, type NameRange } from "./name-ranges.ts";

const { id, name, updated_at, pulls, version_key, deleted_at, listed } = tables.repository;

const CANDIDATE = { id, name, updated_at, pulls, version_key, deleted_at, listed };

/** A repository that may match. `listed` is 0 when it has nothing but uploaded blobs yet. */
export type Candidate = Row<typeof CANDIDATE>;

export type Order = PackageQuery["sort"];

const SORT_COLUMN = { name: "name", updated: "updated_at", pulls: "pulls", semver: "version_key" } as const;

export function positionOf(row: Candidate, { by }: Order): Position {
  return { key: row[SORT_COLUMN[by]], name: row.name };
}

/** Compares rows by the order's column and their name. */
export function comparePositions({ by, descending }: Order): (a: Position, b: Position) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [one, other] = by === "updated" || by === "pulls" ? [Number(a.key), Number(b.key)] : [a.key, b.key];
    if (one !== other) return one < other ? -sign : sign;
    return a.name < b.name ? -sign : a.name > b.name ? sign : 0;
  };
}

const SELECT = sql`SELECT ${names(CANDIDATE, "r")} FROM repository r`;

const BY_NAME = {
  up: rowsOf(CANDIDATE, () => sql`${SELECT} WHERE r.name > ${"after"} AND r.name < ${"end"} ORDER BY r.name ASC LIMIT ${"limit"}`),
  down: rowsOf(CANDIDATE, () => sql`${SELECT} WHERE r.name < ${"after"} AND r.name >= ${"end"} ORDER BY r.name DESC LIMIT ${"limit"}`),
};

/** By another column than the name, in both directions. */
const byColumn = formsOf(["updated_at", "pulls", "version_key"], (sorted) => {
  const column = columnName(`r.${sorted}`);
  return {
    up: rowsOf(CANDIDATE, () => sql`${SELECT} WHERE (${column}, r.name) > (${"key"}, ${"after"}) ORDER BY ${column} ASC, r.name ASC LIMIT ${"limit"}`),
    down: rowsOf(CANDIDATE, () => sql`${SELECT} WHERE (${column}, r.name) < (${"key"}, ${"after"}) ORDER BY ${column} DESC, r.name DESC LIMIT ${"limit"}`),
  };
});

/**
 * The next rows of the index of the order, from a position on, at most `limit`. By name only those of a range.
 * Deleted ones are among them: the rows that are read are what is bounded.
 */
export function walk(x: Executor, { by, descending }: Order, { key, name: after }: Position, range: NameRange, limit: number): Promise<Candidate[]> {
  const direction = descending ? "down" : "up";
  if (by === "name") return x.query(BY_NAME[direction], { after, end: descending ? range.from : range.to, limit });
  return x.query(byColumn(SORT_COLUMN[by])[direction], { key: by === "semver" ? String(key) : Number(key) || 0, after, limit });
}

/** Before the first row of the order, given the conditions that it can start at. */
export function startOf({ by, descending }: Order, conditions: Conditions): Position {
  if (by === "updated") return descending ? { key: conditions.until, name: "" } : { key: conditions.since, name: "" };
  if (by === "pulls") return { key: descending ? Number.MAX_SAFE_INTEGER : -1, name: "" };
  if (by === "semver") return { key: descending ? END_OF_NAMES : "", name: "" };
  return { key: "", name: descending ? END_OF_NAMES : "" };
}

const FETCH = rowsOf(
  CANDIDATE,
  () => sql`SELECT ${names(CANDIDATE, "r")} FROM ${idTable("ids", "page")} CROSS JOIN repository r
  WHERE r.id = page.id AND r.deleted_at IS NULL AND r.listed = 1`,
);

const IN_RANGES = rowsOf(
  CANDIDATE,
  () => sql`SELECT ${names(CANDIDATE, "r")}
  FROM (SELECT ${field("from")} AS low, ${field("to")} AS high FROM ${objects("ranges")}) AS span
  CROSS JOIN repository r WHERE r.name >= span.low AND r.name < span.high LIMIT ${"limit"}`,
);

const { repository_id } = tables.repository_term;

const WITH_TERM = rowsOf(
  { id: repository_id },
  () => sql`SELECT repository_id AS id FROM repository_term
  WHERE term_id = ${"term"} ORDER BY repository_id LIMIT ${"limit"}`,
);

const NAMED_WITH_TERM = rowsOf(
  { id: repository_id, name, deleted_at },
  () => sql`SELECT t.repository_id AS id, r.name, r.deleted_at
  FROM repository_term t CROSS JOIN repository r
  WHERE t.term_id = ${"term"} AND t.repository_id > ${"after"} AND r.id = t.repository_id ORDER BY t.repository_id LIMIT ${"limit"}`,
);

const TERM_USES = rowsOf(
  {
    count: integer,
  },
  () => sql`SELECT COUNT(*) AS count FROM (SELECT 1 FROM repository_term WHERE term_id = ${"term"} LIMIT ${"limit"}) AS counted`,
);

/** All repositories that are in a set of numbers. */
export function fetchCandidates(x: Executor, ids: readonly number[]): Promise<Candidate[]> {
  return x.query(FETCH, { ids: JSON.stringify(ids) });
}

/** Repositories whose names lie in the ranges, in no order, at most `limit`. */
export function candidatesInRanges(x: Executor, ranges: readonly NameRange[], limit: number): Promise<Candidate[]> {
  return x.query(IN_RANGES, { ranges: JSON.stringify(ranges), limit });
}

/** Repositories that have one of the terms, each once, at most `limit`. */
export async function repositoriesWithTerm(x: Executor, terms: readonly number[], limit: number): Promise<number[]> {
  const found = new Set<number>();
  for (const term of terms) {
    if (found.size >= limit) break;
    const rows = await x.query(WITH_TERM, { term, limit });
    for (const { id } of rows) found.add(id);
  }
  return [...found].slice(0, limit);
}

/** The same, of those that the caller may see. */
export async function visibleWithTerm(x: Executor, terms: readonly number[], visible: Visibility, limit: number): Promise<number[]> {
  const found = new Set<number>();
  for (const term of terms) {
    if (found.size >= limit) break;
    const read = (after: NamedId | undefined, size: number) => x.query(NAMED_WITH_TERM, { term, after: after?.id ?? 0, limit: size });
    for (const { id } of await visibleRows({ read, visible, limit })) found.add(id);
  }
  return [...found].slice(0, limit);
}

/** How many uses the terms have together, counted up to `limit`. */
export async function countTermUses(x: Executor, terms: readonly number[], limit: number): Promise<number> {
  let count = 0;
  for (const term of terms) {
    if (count >= limit) break;
    const rows = await x.query(TERM_USES, { term, limit: limit - count });
    count += rows[0]?.count ?? 0;
  }
  return count;
}
