import { type Executor, queryOne } from "./executor.ts";

/** Unix milliseconds. SQLite's answers are kept until the database changes, hence the parameter that is always another one. */
export async function databaseTime(x: Executor): Promise<number> {
  const row =
    x.dialect.name === "sqlite"
      ? await queryOne<{ now: number }>(x, "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now WHERE $1 <> ''", [String(performance.now())])
      : await queryOne<{ now: number }>(x, "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now");
  if (row === undefined) throw new Error("the metadata database told no time");
  return row.now;
}
