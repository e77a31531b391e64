import type { Facets, PackageFilter, PackagePage, PackageQuery } from "../../../metadata/catalog/packages.ts";
import type { Visibility } from "../../../metadata/records.ts";
import { integer } from "../../engine/columns.ts";
import type { Executor } from "../../engine/executor.ts";
import { idTable } from "../../engine/parameters.ts";
import { join, sql } from "../../engine/sql.ts";
import { rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";
import { type TermKind, termKindCode } from "../../repositories/terms.ts";
import { compileFilter } from "./filter.ts";
import { BOUNDS, findMatches, type Matches } from "./matches.ts";
import { packageRows } from "./rows.ts";

export async function listPackages(x: Executor, query: PackageQuery): Promise<PackagePage> {
  const conditions = await compileFilter(x, query.filter, query.visible);
  if (conditions === undefined) return { rows: [], next: undefined };
  const { rows, next } = await findMatches(x, conditions, { order: query.sort, after: query.after, limit: query.limit, bounds: BOUNDS });
  return {
    rows: await packageRows(
      x,
      rows.map(({ id }) => id),
    ),
    next,
  };
}

/** Rows that counts and facets read at most. */
const LOOKS = 2000;

async function firstMatches(x: Executor, filter: PackageFilter, visible: Visibility, limit: number): Promise<Matches> {
  const conditions = await compileFilter(x, filter, visible);
  if (conditions === undefined) return { rows: [], next: undefined };
  return findMatches(x, conditions, { order: { by: "name", descending: false }, after: undefined, limit, bounds: { ...BOUNDS, looks: LOOKS } });
}

export async function countPackages(x: Executor, filter: PackageFilter, visible: Visibility, cap: number): Promise<{ count: number; approximate: boolean }> {
  const { rows, next } = await firstMatches(x, filter, visible, cap);
  return { count: rows.length, approximate: next !== undefined };
}

/** What packages are counted by, under the names that the kinds of terms have. */
const FACETS: readonly TermKind[] = ["namespace", "project", "type", "artifactType", "platform", "class", "signed", "referrer"];

/** Values of one facet, the most frequent first, those as frequent by name. */
const VALUES = 50;

const COUNTS = rowsOf(
  { kind: tables.term.kind, name: tables.term.name, count: integer },
  () => sql`SELECT kind, (SELECT name FROM term WHERE id = term_id) AS name, count
  FROM (SELECT t.kind, t.term_id, COUNT(*) AS count FROM ${idTable("ids", "page")} CROSS JOIN repository_term t
    WHERE t.repository_id = page.id AND t.kind IN (${join(FACETS.map(termKindCode))}) GROUP BY t.kind, t.term_id) AS counted
  ORDER BY count DESC LIMIT 1000`,
);

export async function packageFacets(x: Executor, filter: PackageFilter, visible: Visibility, candidates: number): Promise<Facets> {
  const { rows, next } = await firstMatches(x, filter, visible, candidates);
  const counts = await x.query(COUNTS, { ids: JSON.stringify(rows.map(({ id }) => id)) });
  const byKind = Map.groupBy(counts, (row) => row.kind);
  const facets = FACETS.map((kind) => {
    const values = (byKind.get(termKindCode(kind)) ?? []).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
    return [kind, values.slice(0, VALUES).map(({ name, count }) => ({ value: name, count }))] as const;
  });
  return { facets: Object.fromEntries(facets), candidates: rows.length, approximate: next !== undefined };
}
