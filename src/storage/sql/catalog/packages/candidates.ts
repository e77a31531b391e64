import type { RepositoryName } from "../../../../oci/name.ts";
import type { PackageQuery } from "../../../metadata/catalog/packages.ts";
import type { Position, Visibility } from "../../../metadata/records.ts";
import type { Executor } from "../../engine/executor.ts";
import { idTable } from "../../engine/parameters.ts";
import { type NamedId, visibleRows } from "../../repositories/visible-rows.ts";
import type { Conditions } from "./filter.ts";
import { END_OF_NAMES, type NameRange } from "./name-ranges.ts";

/** A repository that may match. */
export interface Candidate {
  readonly id: number;
  readonly name: RepositoryName;
  readonly updated_at: number;
  readonly pulls: number;
  readonly version_key: string;
  readonly deleted_at: number | null;
  /** 0: it has nothing but uploaded blobs yet. */
  readonly listed: number;
}

export type Order = PackageQuery["sort"];

const COLUMNS = "r.id, r.name, r.updated_at, r.pulls, r.version_key, r.deleted_at, r.listed";

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

/**
 * The next rows of the index of the order, from a position on, at most `limit`. By name only those of a range.
 * Deleted ones are among them: the rows that are read are what is bounded.
 */
export function walk(x: Executor, order: Order, after: Position, range: NameRange, limit: number): Promise<Candidate[]> {
  const direction = order.descending ? "DESC" : "ASC";
  if (order.by === "name") {
    const bounds = order.descending ? "r.name < $1 AND r.name >= $2" : "r.name > $1 AND r.name < $2";
    const end = order.descending ? range.from : range.to;
    return x.query<Candidate>(`SELECT ${COLUMNS} FROM repository r WHERE ${bounds} ORDER BY r.name ${direction} LIMIT $3`, [after.name, end, limit]);
  }
  const column = `r.${SORT_COLUMN[order.by]}`;
  return x.query<Candidate>(
    `SELECT ${COLUMNS} FROM repository r WHERE (${column}, r.name) ${order.descending ? "<" : ">"} ($1, $2)
      ORDER BY ${column} ${direction}, r.name ${direction} LIMIT $3`,
    [order.by === "semver" ? String(after.key) : Number(after.key) || 0, after.name, limit],
  );
}

/** Before the first row of the order, given the conditions that it can start at. */
export function startOf({ by, descending }: Order, conditions: Conditions): Position {
  if (by === "updated") return descending ? { key: conditions.until, name: "" } : { key: conditions.since, name: "" };
  if (by === "pulls") return { key: descending ? Number.MAX_SAFE_INTEGER : -1, name: "" };
  if (by === "semver") return { key: descending ? END_OF_NAMES : "", name: "" };
  return { key: "", name: descending ? END_OF_NAMES : "" };
}

/** All repositories that are in a set of numbers. */
export function fetchCandidates(x: Executor, ids: readonly number[]): Promise<Candidate[]> {
  return x.query<Candidate>(
    `SELECT ${COLUMNS} FROM ${idTable(x, "$1", "page")} CROSS JOIN repository r WHERE r.id = page.id AND r.deleted_at IS NULL AND r.listed = 1`,
    [JSON.stringify(ids)],
  );
}

/** Repositories whose names lie in the ranges, in no order, at most `limit`. */
export function candidatesInRanges(x: Executor, ranges: readonly NameRange[], limit: number): Promise<Candidate[]> {
  return x.query<Candidate>(
    `SELECT ${COLUMNS} FROM (SELECT value->>'from' AS low, value->>'to' AS high FROM ${x.dialect.objects("$1")}) AS span
      CROSS JOIN repository r WHERE r.name >= span.low AND r.name < span.high LIMIT $2`,
    [JSON.stringify(ranges), limit],
  );
}

/** Repositories that have one of the terms, each once, at most `limit`. */
export async function repositoriesWithTerm(x: Executor, terms: readonly number[], limit: number): Promise<number[]> {
  const found = new Set<number>();
  for (const term of terms) {
    if (found.size >= limit) break;
    const rows = await x.query<{ id: number }>("SELECT repository_id AS id FROM repository_term WHERE term_id = $1 ORDER BY repository_id LIMIT $2", [
      term,
      limit,
    ]);
    for (const { id } of rows) found.add(id);
  }
  return [...found].slice(0, limit);
}

/** The same, of those that the caller may see. */
export async function visibleWithTerm(x: Executor, terms: readonly number[], visible: Visibility, limit: number): Promise<number[]> {
  const found = new Set<number>();
  for (const term of terms) {
    if (found.size >= limit) break;
    const read = (after: NamedId | undefined, size: number) =>
      x.query<NamedId>(
        `SELECT t.repository_id AS id, r.name, r.deleted_at FROM repository_term t CROSS JOIN repository r
          WHERE t.term_id = $1 AND t.repository_id > $2 AND r.id = t.repository_id ORDER BY t.repository_id LIMIT $3`,
        [term, after?.id ?? 0, size],
      );
    for (const { id } of await visibleRows({ read, visible, limit })) found.add(id);
  }
  return [...found].slice(0, limit);
}

/** How many uses the terms have together, counted up to `limit`. */
export async function countTermUses(x: Executor, terms: readonly number[], limit: number): Promise<number> {
  let count = 0;
  for (const term of terms) {
    if (count >= limit) break;
    const rows = await x.query<{ count: number }>("SELECT COUNT(*) AS count FROM (SELECT 1 FROM repository_term WHERE term_id = $1 LIMIT $2) AS counted", [
      term,
      limit - count,
    ]);
    count += rows[0]?.count ?? 0;
  }
  return count;
}
