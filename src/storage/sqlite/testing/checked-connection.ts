import type { Database } from "bun:sqlite";
import { sqliteDialect } from "../../sql/engine/dialects.ts";
import { type Connection, executor } from "../../sql/engine/executor.ts";
import { checkedRows } from "../../sql/testing/checked-rows.ts";
import { sqliteConnection, sqliteRun } from "../connection.ts";

/** A connection that looks at every row that it gives. */
export function checkedConnection(database: Database): Connection {
  return { ...sqliteConnection(database), ...executor(sqliteDialect, checkedRows(sqliteRun(database))) };
}
