import type { SqlValue } from "../engine/dialects.ts";
import type { Connection } from "../engine/executor.ts";
import type { MovedTable } from "./handling.ts";

export type TableRow = Readonly<Record<string, SqlValue | undefined>>;

/** Rows of a page at most, and at first. */
const MOST = 1000;
const FIRST = 50;

/** Bytes that a page is to have, about: rows may be of any size. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** Parameters of an INSERT at most: SQLite takes 32766, PostgreSQL 65535. */
const PARAMETERS = 4000;

/** Asks a database for rows. */
export type Ask = (text: string, values: readonly SqlValue[]) => Promise<TableRow[]>;

/** All rows of a table by its key, in pages that fit into memory. */
export async function* pagesOf(ask: Ask, table: MovedTable): AsyncGenerator<TableRow[]> {
  const columns = table.columns.map(({ name }) => name).join(", ");
  const key = table.key.join(", ");
  const beyond = `WHERE (${key}) > (${table.key.map((_, index) => `$${index + 1}`).join(", ")})`;
  let limit = FIRST;
  for (let last: TableRow | undefined; ; ) {
    const after = last === undefined ? [] : table.key.map((column) => last?.[column] ?? null);
    const rows = await ask(`SELECT ${columns} FROM ${table.name} ${last === undefined ? "" : beyond} ORDER BY ${key} LIMIT ${limit}`, after);
    if (rows.length > 0) yield rows;
    if (rows.length < limit) return;
    last = rows.at(-1);
    limit = nextLimit(limit, rows);
  }
}

function nextLimit(limit: number, rows: readonly TableRow[]): number {
  const bytes = rows.reduce((sum, row) => sum + sizeOf(row), 0);
  return Math.max(1, Math.min(MOST, limit * 2, Math.floor((PAGE_BYTES / bytes) * rows.length)));
}

/** Bytes of a row, about. */
function sizeOf(row: TableRow): number {
  let bytes = 1;
  for (const value of Object.values(row)) bytes += typeof value === "string" || value instanceof Uint8Array ? value.length : 8;
  return bytes;
}

/** Inserts rows that have the given columns. */
export async function insert(x: Connection, table: string, columns: readonly string[], rows: readonly TableRow[]): Promise<void> {
  const most = Math.floor(PARAMETERS / columns.length);
  for (let start = 0; start < rows.length; start += most) {
    const chunk = rows.slice(start, start + most);
    const values = chunk.map((_, row) => `(${columns.map((_, column) => `$${row * columns.length + column + 1}`).join(", ")})`);
    await x.run(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${values.join(", ")}`,
      chunk.flatMap((row) => columns.map((column) => row[column] ?? null)),
    );
  }
}
