import type { Connection } from "../engine/executor.ts";
import { APPEND_ONLY, CONTENT_TABLE, MOVED_TABLES, type MovedTable } from "./handling.ts";
import { insert, type TableRow } from "./rows.ts";

/** Empties the tables that go along, but for the one that says which content is there already, and the one that lets nothing go. */
export async function emptyTables(x: Connection, tables: readonly MovedTable[] = MOVED_TABLES): Promise<void> {
  for (const { name } of tables.toReversed()) if (name !== CONTENT_TABLE.name && name !== APPEND_ONLY) await x.run(`DELETE FROM ${name}`);
}

/** Fills in rows of a table; those that an earlier try has left are where they are to be. */
export async function fillIn(x: Connection, table: MovedTable, rows: readonly TableRow[]): Promise<void> {
  const there = table.name === APPEND_ONLY ? await numbersThere(x, rows) : undefined;
  const missing = there === undefined ? rows : rows.filter(({ id }) => !there.has(Number(id)));
  await insert(
    x,
    table.name,
    table.columns.map(({ name }) => name),
    missing,
  );
}

async function numbersThere(x: Connection, rows: readonly TableRow[]): Promise<Set<number>> {
  const [first, last] = [rows.at(0)?.id ?? null, rows.at(-1)?.id ?? null];
  const there = await x.run<{ id: number }>(`SELECT id FROM ${APPEND_ONLY} WHERE id >= $1 AND id <= $2`, [first, last]);
  return new Set(there.map(({ id }) => id));
}

/** Tables with rows that a database has before anybody used it. */
const MADE_WITH_ROWS: ReadonlySet<string> = new Set(["catalog_revision", "rights_revision"]);

/** The first of the tables that has rows; undefined: nobody has used this database. */
export async function tableInUse(x: Connection, tables: readonly MovedTable[] = MOVED_TABLES): Promise<string | undefined> {
  for (const { name } of tables) {
    if (!MADE_WITH_ROWS.has(name) && (await x.run(`SELECT 1 AS there FROM ${name} LIMIT 1`)).length > 0) return name;
  }
  return undefined;
}

/** Has the database give the next rows higher numbers than those that came with their own. */
export async function raiseNumbers(x: Connection): Promise<void> {
  // SQLite looks at the highest number itself.
  if (x.dialect.name === "sqlite") return;
  const counted = await x.run<{ table_name: string }>(
    "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'id' AND is_identity = 'YES'",
  );
  for (const { table_name: table } of counted) {
    await x.run(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM ${table}), false)`);
  }
}
