import type { Connection } from "../engine/executor.ts";
import type { MovedTable } from "./handling.ts";
import { pagesOf, type TableRow } from "./rows.ts";
import type { TableDatabase } from "./table-database.ts";

/** All rows of a registry, table by table: those of a database, or those of a backup. */
export interface RowSource {
  /** The rows of a table by its key. */
  pages(table: MovedTable): AsyncIterable<readonly TableRow[]>;
}

/** The rows that a connection sees: in a snapshot those of one moment. */
export function rowsIn(x: Connection): RowSource {
  return { pages: (table) => pagesOf((text, values) => x.run(text, values), table) };
}

/** The rows of a database that goes on: each page is a look of its own. */
export function rowsNow(tables: TableDatabase): RowSource {
  return { pages: (table) => pagesOf((text, values) => tables.snapshot((x) => x.run(text, values)), table) };
}
