import { after } from "../awaitable.ts";
import type { SqlValue } from "../sql/engine/dialects.ts";
import type { Run } from "../sql/engine/executor.ts";
import type { Prepared } from "../sql/engine/statement.ts";

/** Bytes of all results kept, about, where one process has the file open. */
const CAPACITY = 16 * 1024 * 1024;

/** Bytes of a result that is worth keeping, and rows. */
const RESULT_BYTES = 256 * 1024;
const RESULT_ROWS = 2000;

/** Bytes that an entry and a row take beside their values, about. */
const OVERHEAD = 200;

export interface ReadCache {
  /** What the cache answers, and else asks. */
  readonly run: Run;
  /** To be called after each change of this process, before anybody is told of it. */
  expire(): void;
}

/**
 * Keeps the results of questions until the database changes: the same few repositories are asked for again and again, and
 * most of the time of a question goes into SQLite's locks. A change of this process is seen at once; one of another process at
 * the latest in the next turn of the event loop, thus by every request that arrives after it. Rows are shared between callers.
 * @param version a number that changes whenever another connection has changed the database
 * @param processes that share the memory meant for one
 */
export function cacheReads(ask: Run, version: () => number, processes = 1): ReadCache {
  const capacity = CAPACITY / processes;
  const results = new Map<Prepared, Map<string, unknown[]>>();
  let size = 0;
  let known: number | undefined;
  let current = false;
  const expire = () => {
    current = false;
  };
  const clear = () => {
    results.clear();
    size = 0;
  };
  const look = () => {
    const now = version();
    if (now !== known) clear();
    known = now;
    current = true;
    setImmediate(expire);
  };
  const keep = (statement: Prepared, key: string, rows: unknown[]) => {
    const bytes = key.length + sizeOf(rows);
    if (bytes > RESULT_BYTES) return;
    if (size + bytes > capacity) clear();
    size += bytes;
    let answers = results.get(statement);
    if (answers === undefined) {
      answers = new Map();
      results.set(statement, answers);
    }
    answers.set(key, rows);
  };
  return {
    expire,
    run(statement, values) {
      if (!current) look();
      const key = keyOf(values);
      if (key === undefined) return ask(statement, values);
      const kept = results.get(statement)?.get(key);
      if (kept !== undefined) return kept;
      const asked = known;
      return after(ask(statement, values), (rows) => {
        if (asked === known) keep(statement, key, rows);
        return rows;
      });
    },
  };
}

/** Different for different values, whatever a client put into them; undefined when that would cost too much. */
function keyOf(values: readonly SqlValue[]): string | undefined {
  let key = "";
  for (const value of values) {
    if (value instanceof Uint8Array) return undefined;
    key += typeof value === "string" ? `${value.length}:${value}` : `${value};`;
  }
  return key;
}

function sizeOf(rows: readonly unknown[]): number {
  if (rows.length > RESULT_ROWS) return Number.POSITIVE_INFINITY;
  let bytes = OVERHEAD;
  for (const row of rows) {
    bytes += OVERHEAD;
    for (const value of Object.values(row as Record<string, SqlValue>)) {
      if (typeof value === "string") bytes += value.length;
      else if (value instanceof Uint8Array) bytes += value.byteLength;
    }
  }
  return bytes;
}
