import type { Column, Kind } from "../engine/columns.ts";
import type { Run } from "../engine/executor.ts";

const HOLDS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  integer: Number.isSafeInteger,
  text: (value) => typeof value === "string",
  bytes: (value) => value instanceof Uint8Array,
};

/** Runs statements, and looks whether each value of each row is what its column is declared as: NULL alone where NULL may be. */
export function checkedRows(run: Run): Run {
  return async (statement, values) => {
    const rows = await run(statement, values);
    const columns = Object.entries<Column<unknown>>(statement.columns);
    for (const row of rows) {
      const given: Readonly<Record<string, unknown>> = { ...(row as object) };
      for (const [name, { kind, nullable }] of columns) {
        const value = given[name];
        if (value === null ? nullable : HOLDS[kind](value)) continue;
        throw new TypeError(`the column ${name} is ${kind}, ${nullable ? "or" : "and never"} NULL, and holds ${String(value)}: ${statement.text}`);
      }
    }
    return rows;
  };
}
