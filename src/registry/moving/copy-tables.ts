import { type Digest, digestAlgorithm, digestOf } from "../../oci/digest.ts";
import { carried } from "../../storage/sql/moving/content-rows.ts";
import { fillIn, raiseNumbers } from "../../storage/sql/moving/filling.ts";
import { BODY_TABLE, CONTENT_TABLE, MOVED_TABLES, type MovedTable } from "../../storage/sql/moving/handling.ts";
import { RowCounter, type TableSum, toLine } from "../../storage/sql/moving/lines.ts";
import type { RowSource } from "../../storage/sql/moving/row-source.ts";
import type { TableRow } from "../../storage/sql/moving/rows.ts";
import type { TableDatabase } from "../../storage/sql/moving/table-database.ts";
import type { ScrubProblem } from "../scrub.ts";

/** What the rows of each table come to, by its name. */
export type TableSums = ReadonlyMap<string, TableSum>;

export interface CopyTablesOptions {
  readonly signal: AbortSignal;
  /** Told of each page. */
  readonly onRows?: ((table: string, rows: number) => void) | undefined;
  /** Tables and columns that the source has; default: those of this program. */
  readonly tables?: readonly MovedTable[];
}

export interface CopiedTables {
  /** Of the rows as they came. */
  readonly sums: TableSums;
  readonly problems: readonly ScrubProblem[];
}

/**
 * Fills the empty tables of a database with rows as they are, numbers included. The table `content` is only summed up: `copyContent` fills it.
 */
export async function copyTables(
  source: RowSource,
  target: TableDatabase,
  { signal, onRows, tables = MOVED_TABLES }: CopyTablesOptions,
): Promise<CopiedTables> {
  const problems: ScrubProblem[] = [];
  const sums = new Map<string, TableSum>();
  for (const table of tables) {
    const counter = new RowCounter();
    for await (const page of source.pages(table)) {
      signal.throwIfAborted();
      for (const row of page) counter.add(toLine(table, table.name === CONTENT_TABLE.name ? carried(row) : row));
      if (table.name !== CONTENT_TABLE.name) await target.change((x) => fillIn(x, table, page));
      if (table.name === BODY_TABLE.name) problems.push(...(await damagedBodies(target, page)));
      onRows?.(table.name, page.length);
    }
    sums.set(table.name, counter.sum());
  }
  await target.change(raiseNumbers);
  return { sums, problems };
}

/** Manifests that are not what their digest says. */
async function damagedBodies(target: TableDatabase, page: readonly TableRow[]): Promise<ScrubProblem[]> {
  const ids = page.map(({ content_id: id }) => id ?? null);
  const parameters = ids.map((_, index) => `$${index + 1}`).join(", ");
  const rows = await target.snapshot((x) => x.run<{ id: number; digest: Digest }>(`SELECT id, digest FROM content WHERE id IN (${parameters})`, ids));
  const digests = new Map(rows.map(({ id, digest }) => [id, digest]));
  return page.flatMap(({ content_id: id, body }): ScrubProblem[] => {
    const digest = digests.get(Number(id));
    if (digest === undefined || !(body instanceof Uint8Array)) throw new Error(`the body of the content ${id} has no digest`);
    return digestOf(body, digestAlgorithm(digest)) === digest ? [] : [{ digest, kind: "manifest", problem: "corrupt" }];
  });
}

/** Sums up the tables of a database. */
export async function sumTables(source: RowSource, { signal, tables = MOVED_TABLES }: CopyTablesOptions): Promise<TableSums> {
  const sums = new Map<string, TableSum>();
  for (const table of tables) {
    const counter = new RowCounter();
    for await (const page of source.pages(table)) {
      signal.throwIfAborted();
      for (const row of page) counter.add(toLine(table, row));
    }
    sums.set(table.name, counter.sum());
  }
  return sums;
}

/** The tables whose rows are not the same, a line each. */
export function differences(source: TableSums, target: TableSums): string[] {
  return [...source].flatMap(([table, sum]) => {
    const other = target.get(table) ?? { rows: 0, sha256: "" };
    if (other.rows !== sum.rows) return [`${table} has ${sum.rows} rows at the source and ${other.rows} at the target`];
    return other.sha256 === sum.sha256 ? [] : [`rows of ${table} differ`];
  });
}
