import type { Executor, SqlValue } from "./executor.ts";

/** Rows of one statement at most: each number of rows is a statement to prepare. */
const CHUNK = 100;

/**
 * Inserts rows, all with the same columns in the same order. A few rows come much cheaper so than as the elements of a JSON array.
 * @param conflict what follows the values, e.g. `ON CONFLICT DO NOTHING`
 */
export async function insertRows(x: Executor, table: string, rows: readonly Readonly<Record<string, SqlValue>>[], conflict = ""): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK);
    const values = chunk.map((_, row) => `(${columns.map((_, column) => `$${row * columns.length + column + 1}`).join(", ")})`);
    await x.query(`INSERT INTO ${table} (${columns.join(", ")}) VALUES ${values.join(", ")} ${conflict}`, chunk.flatMap(Object.values));
  }
}
