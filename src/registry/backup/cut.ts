import { z } from "zod";
import { DIGEST, type Digest } from "../../oci/digest.ts";
import { MOVED_TABLES, type MovedTable } from "../../storage/sql/moving/handling.ts";
import { MIGRATIONS } from "../../storage/sql/schema/migrations.ts";
import { MovingError } from "../moving/moving-error.ts";

/** The format of cuts: a program that knows another one refuses them. */
export const FORMAT = 1;

/** Bytes of a part of a table at most: rows are gathered until there are 4 MiB, and the last of them may be large. */
export const LARGEST_PART = 256 * 1024 * 1024;

/** The version of the schema when backups began. */
const FIRST_VERSION = 15;

const digest = z
  .string()
  .regex(DIGEST)
  .transform((text) => text as Digest);
const count = z.int().nonnegative();

/** A table: its rows, a line of JSON each, in files that are found by their digests. */
const cutTable = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  rows: count,
  /** Of all lines, each with its end. */
  sha256: z.string(),
  parts: z.array(z.object({ digest, size: count.max(LARGEST_PART) })),
});

const cut = z.object({
  format: z.literal(FORMAT),
  /** RFC 3339, when the database was as it is here. */
  createdAt: z.iso.datetime(),
  /** The version of the schema that the tables have. */
  schemaVersion: count.min(FIRST_VERSION),
  /** The content store that it was made of. */
  origin: z.string(),
  contents: count,
  bytes: count,
  /** Content that was damaged when the cut was made, and is not in it. */
  damaged: z.array(z.object({ digest, kind: z.enum(["blob", "manifest"]), problem: z.enum(["missing", "corrupt"]) })),
  tables: z.array(cutTable),
});

/** A registry as it was at one moment. */
export type Cut = z.infer<typeof cut>;
export type CutTable = Cut["tables"][number];

/**
 * Reads what a file of a cut says.
 * @throws MovingError when it is none, or one that this program does not know
 */
export function parseCut(name: string, text: string): Cut {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MovingError(`the cut ${name} is no JSON: it is damaged, or no cut`);
  }
  const parsed = cut.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new MovingError(`the cut ${name} cannot be read, at ${issue?.path.join(".") || "its top"}: it is damaged, or of a later program`);
  }
  const { schemaVersion, tables } = parsed.data;
  if (schemaVersion > MIGRATIONS.length) {
    throw new MovingError(`the cut ${name} has schema version ${schemaVersion}, this program knows ${MIGRATIONS.length}: use the program that made it`);
  }
  for (const table of tables) movedTable(name, table);
  return parsed.data;
}

/** The tables of a cut as the program knows them, with the columns that they had then, in the order in which they are filled. */
export function tablesOf(name: string, { tables }: Cut): MovedTable[] {
  const known = new Map(tables.map((table) => [table.name, movedTable(name, table)]));
  return MOVED_TABLES.flatMap((table) => known.get(table.name) ?? []);
}

/** @throws MovingError for a table, or a column, that this program does not have: names of a cut never become part of a statement */
function movedTable(cutName: string, { name, columns }: CutTable): MovedTable {
  const table = MOVED_TABLES.find((each) => each.name === name);
  if (table === undefined)
    throw new MovingError(`the cut ${cutName} has a table '${name.slice(0, 60)}', which this program does not know: use the one that made it`);
  const kept = table.columns.filter((column) => columns.includes(column.name));
  if (kept.length < columns.length || !table.key.every((column) => columns.includes(column))) {
    throw new MovingError(`the cut ${cutName} has other columns of the table ${name} than this program knows: use the one that made it`);
  }
  return { ...table, columns: kept };
}
