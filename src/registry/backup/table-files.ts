import { type Digest, digestOf, isDigest } from "../../oci/digest.ts";
import type { ContentStore } from "../../storage/content-store.ts";
import type { Kind } from "../../storage/sql/engine/columns.ts";
import type { SqlValue } from "../../storage/sql/engine/dialects.ts";
import { carried, hasBytes } from "../../storage/sql/moving/content-rows.ts";
import { CONTENT_TABLE, type MovedTable } from "../../storage/sql/moving/handling.ts";
import { RowCounter, toLine } from "../../storage/sql/moving/lines.ts";
import type { RowSource } from "../../storage/sql/moving/row-source.ts";
import type { TableRow } from "../../storage/sql/moving/rows.ts";
import { MovingError } from "../moving/moving-error.ts";
import { type Cut, type CutTable, LARGEST_PART } from "./cut.ts";

/** Bytes of lines after which a part is closed. Cuts share the parts in which nothing has changed. */
const PART = 4 * 1024 * 1024;

/** Rows that are given at once. */
const PAGE = 500;

/** Writes the rows of a table as lines into files of a content store. */
export async function writeTable(table: MovedTable, pages: AsyncIterable<readonly TableRow[]>, content: ContentStore): Promise<CutTable> {
  const counter = new RowCounter();
  const parts: CutTable["parts"] = [];
  let lines: string[] = [];
  let size = 0;
  const close = async (): Promise<void> => {
    const bytes = new TextEncoder().encode(lines.join(""));
    const digest = digestOf(bytes);
    if ((await content.stat({ digest })) !== bytes.length) await content.write(digest, onePiece(bytes));
    parts.push({ digest, size: bytes.length });
    [lines, size] = [[], 0];
  };
  for await (const page of pages) {
    for (const row of page) {
      const line = toLine(table, row);
      counter.add(line);
      lines.push(`${line}\n`);
      size += line.length;
      if (size >= PART) await close();
    }
  }
  if (lines.length > 0) await close();
  return { name: table.name, columns: table.columns.map(({ name }) => name), ...counter.sum(), parts };
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The rows of a cut. What is not there, or is not what its digest says, ends the reading. */
export function rowsOfCut(cut: Cut, content: ContentStore): RowSource {
  return {
    async *pages(table) {
      const { parts } = cut.tables.find(({ name }) => name === table.name) ?? { parts: [] };
      for (const part of parts) {
        let rows: TableRow[] = [];
        for (const line of (await readPart(content, part)).split("\n").slice(0, -1)) {
          rows.push(toRow(table, line));
          if (rows.length < PAGE) continue;
          yield rows;
          rows = [];
        }
        if (rows.length > 0) yield rows;
      }
    },
  };
}

/**
 * The text of a part of a table.
 * @throws MovingError when it is not what was written
 */
async function readPart(content: ContentStore, { digest, size }: CutTable["parts"][number]): Promise<string> {
  const stream = size > LARGEST_PART ? undefined : await content.read({ digest });
  if (stream === undefined) throw new MovingError(`a part of a table is missing in the backup: ${digest}`);
  const pieces: Uint8Array[] = [];
  let read = 0;
  for await (const piece of stream) {
    read += piece.length;
    if (read > size) break;
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  if (read !== size || digestOf(bytes) !== digest) throw new MovingError(`a part of a table is damaged in the backup: ${digest}`);
  return bytes.toString("utf8");
}

/** @throws MovingError for a line that is no row of the table */
function toRow(table: MovedTable, line: string): TableRow {
  let values: unknown;
  try {
    values = JSON.parse(line);
  } catch {
    throw invalid(table);
  }
  if (typeof values !== "object" || values === null) throw invalid(table);
  const row: Record<string, SqlValue> = {};
  for (const { name, kind } of table.columns) {
    const value: unknown = Object.hasOwn(values, name) ? Reflect.get(values, name) : null;
    const read = value === null ? null : READ[kind](value);
    if (read === undefined) throw invalid(table);
    row[name] = read;
  }
  if (table.name === CONTENT_TABLE.name && !isDigest(String(row.digest))) throw invalid(table);
  return row;
}

/** A value as the column has it; undefined for what it cannot be. */
const READ: Readonly<Record<Kind, (value: unknown) => SqlValue | undefined>> = {
  integer: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
  text: (value) => (typeof value === "string" ? value : undefined),
  bytes: (value) => (typeof value === "string" ? new Uint8Array(Buffer.from(value, "base64")) : undefined),
};

function invalid({ name }: MovedTable): MovingError {
  return new MovingError(`the backup has a line that is no row of the table ${name}: it was not written by opm backup create`);
}

/** The digests of all files of a cut: those of its tables, and the content that its repositories have. */
export async function* filesOf(
  cut: Cut,
  content: ContentStore,
): AsyncGenerator<{ readonly digest: Digest; readonly size: number; readonly kind: "table" | "blob" }> {
  for (const { parts } of cut.tables) for (const { digest, size } of parts) yield { digest, size, kind: "table" };
  for await (const page of rowsOfCut(cut, content).pages(CONTENT_TABLE)) {
    for (const row of page.map(carried)) if (hasBytes(row)) yield { digest: row.digest, size: row.size, kind: "blob" };
  }
}
