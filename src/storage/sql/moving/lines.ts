import type { SqlValue } from "../engine/dialects.ts";
import type { MovedTable } from "./handling.ts";
import type { TableRow } from "./rows.ts";

/** A row as a line of JSON, without its end; bytes as base64. The same row gives the same line, whatever database it is of. */
export function toLine(table: Pick<MovedTable, "columns">, row: TableRow): string {
  return JSON.stringify(Object.fromEntries(table.columns.map(({ name }) => [name, plain(row[name] ?? null)])));
}

function plain(value: SqlValue): string | number | null {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  // As PostgreSQL has it, which knows no NUL in texts.
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}

/** What the rows of a table come to: two tables with the same sum have the same rows. */
export interface TableSum {
  readonly rows: number;
  /** Of their lines, each with its end. */
  readonly sha256: string;
}

/** Sums up rows as they come. */
export class RowCounter {
  readonly #hasher = new Bun.CryptoHasher("sha256");
  #rows = 0;

  add(line: string): void {
    this.#hasher.update(`${line}\n`);
    this.#rows++;
  }

  sum(): TableSum {
    return { rows: this.#rows, sha256: this.#hasher.digest("hex") };
  }
}
