import { integer } from "./columns.ts";
import { type Executor, queryOne } from "./executor.ts";
import { byDialect, sql } from "./sql.ts";
import { rowsOf } from "./statement.ts";

/** SQLite's answers are kept until the database changes, hence the parameter that is always another one. */
const NOW = rowsOf({ now: integer })`SELECT ${byDialect(({ name }) =>
  name === "sqlite" ? sql`CAST(unixepoch('subsec') * 1000 AS INTEGER)` : sql`CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`,
)} AS now WHERE CAST(${"asked"} AS TEXT) <> ''`;

/** Unix milliseconds. */
export async function databaseTime(x: Executor): Promise<number> {
  const row = await queryOne(x, NOW, { asked: String(performance.now()) });
  if (row === undefined) throw new Error("the metadata database told no time");
  return row.now;
}
