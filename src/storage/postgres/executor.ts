import type { SQL } from "bun";
import { postgresDialect } from "../sql/engine/dialects.ts";
import type { Executor, SqlValue } from "../sql/engine/executor.ts";

/** Type numbers of PostgreSQL (pg_type.dat) whose values need a conversion. */
const INT8 = 20;
const BYTEA = 17;

/** Runs statements on a pool, or on one connection of it. Each text of a statement is prepared once a connection. */
export function postgresExecutor(sql: SQL): Executor {
  return {
    dialect: postgresDialect,
    async query<Row>(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
      const result = await sql.unsafe(text, parameters.map(withoutNul));
      const rows: Record<string, unknown>[] = [...result];
      for (const { name, type } of result.columns ?? []) {
        if (type === INT8) convert(rows, name, Number);
        else if (type === BYTEA) convert(rows, name, toBytes);
      }
      return rows as Row[];
    },
  };
}

/** PostgreSQL has no NUL in text. None of the names, tags and digests has one; for a log-in this makes an unknown name. */
function withoutNul(value: SqlValue): SqlValue {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}

function convert(rows: Record<string, unknown>[], name: string, conversion: (value: unknown) => unknown): void {
  for (const row of rows) if (row[name] !== null) row[name] = conversion(row[name]);
}

function toBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Error("the metadata database returned something else for bytes");
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
