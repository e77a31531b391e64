import type { Database, Statement } from "bun:sqlite";
import type { SQL } from "bun";

export type Value = string | number | Uint8Array | null;

/** Rows of tables, inserted many at a time. */
export interface Bulk {
  insert(table: string, columns: readonly string[], row: readonly Value[]): void;
  /** Writes full portions, or with `all` what is left too. */
  drain(all: boolean): Promise<void>;
}

/** Rows of one statement. */
const ROWS = 100;

interface Pending {
  readonly columns: readonly string[];
  readonly values: Value[];
}

type Write = (sql: string, values: readonly Value[]) => Promise<void> | void;

/** Gathers rows by table. A table is not written before those that were named before it. */
function gather(write: Write): Bulk {
  const tables = new Map<string, Pending>();
  const statements = new Map<string, string>();
  const statement = (table: string, columns: readonly string[], rows: number): string => {
    const key = `${table} ${rows}`;
    const sql = statements.get(key) ?? statementOf(table, columns, rows);
    statements.set(key, sql);
    return sql;
  };
  return {
    insert(table, columns, row) {
      let pending = tables.get(table);
      if (pending === undefined) {
        pending = { columns, values: [] };
        tables.set(table, pending);
      }
      for (const value of row) pending.values.push(value);
    },
    async drain(all) {
      for (const [table, { columns, values }] of tables) {
        const full = columns.length * ROWS;
        let from = 0;
        for (; values.length - from >= full; from += full) await write(statement(table, columns, ROWS), values.slice(from, from + full));
        values.splice(0, from);
        if (!all || values.length === 0) continue;
        await write(statement(table, columns, values.length / columns.length), values);
        values.length = 0;
      }
    },
  };
}

function statementOf(table: string, columns: readonly string[], rows: number): string {
  let parameter = 0;
  const row = (): string => `(${columns.map(() => `$${++parameter}`).join(", ")})`;
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${Array.from({ length: rows }, row).join(", ")}`;
}

export function sqliteBulk(database: Database): Bulk {
  const prepared = new Map<string, Statement>();
  return gather((sql, values) => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql.replaceAll("$", "?"));
      prepared.set(sql, statement);
    }
    statement.run(...values);
  });
}

export function postgresBulk(sql: SQL): Bulk {
  return gather(async (text, values) => void (await sql.unsafe(text, [...values])));
}
