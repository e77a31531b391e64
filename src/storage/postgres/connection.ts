import type { Kind } from "../sql/engine/columns.ts";
import { postgresDialect, type SqlValue } from "../sql/engine/dialects.ts";
import { type Connection, executor, type Run } from "../sql/engine/executor.ts";
import type { Prepared } from "../sql/engine/statement.ts";
import { verifyColumns } from "../sql/engine/verify-columns.ts";
import type { Session } from "./session.ts";

/** Type numbers of PostgreSQL (pg_type.dat) whose values need a conversion. */
const INT8 = 20;
const BYTEA = 17;

/** What the columns of statements are: `int2`, `int4`, `int8`, `text`, `varchar`, `bytea`. */
export const KINDS: Readonly<Record<number, Kind>> = { 21: "integer", 23: "integer", [INT8]: "integer", 25: "text", 1043: "text", [BYTEA]: "bytes" };

/** What is left to do with the rows of a statement, by column. */
type Conversions = readonly (readonly [column: string, convert: (value: unknown) => unknown])[];

/** Of the statements that gave rows already: their columns were held against what they declare. */
const known = new WeakMap<Prepared, Conversions>();

/** Has a connection do something that sends one statement, at once. */
export type Use = <T>(work: (session: Session) => Promise<T>) => Promise<T>;

async function runStatement(session: Session, statement: Prepared, values: readonly SqlValue[]): Promise<unknown[]> {
  const answer = await session.send(statement.text, values.map(withoutNul));
  return converted(answer, known.get(statement) ?? verified(statement, answer.columns ?? []));
}

export interface ConnectionOptions {
  /** As the connection's own, and commits. */
  readonly useLast?: Use;
  /** Told of each answer, before anybody has it. */
  readonly noted?: (statement: Prepared, rows: readonly unknown[]) => void;
}

/** A connection for the shared functions. */
export function postgresConnection(use: Use, { useLast = use, noted }: ConnectionOptions = {}): Connection {
  const by =
    (use: Use): Run =>
    async (statement, values) => {
      const rows = await use((session) => runStatement(session, statement, values));
      noted?.(statement, rows);
      return rows;
    };
  return {
    ...executor(postgresDialect, by(use), by(useLast)),
    run: <Row>(text: string, values: readonly SqlValue[] = []) =>
      use(async (session) => {
        const answer = await (values.length === 0 ? session.sendText(text) : session.send(text, values.map(withoutNul)));
        return converted(answer, conversionsOf(answer.columns ?? [])) as Row[];
      }),
  };
}

function verified(statement: Prepared, columns: readonly ResultColumn[]): Conversions {
  verifyColumns(
    statement,
    columns.map(({ name, type }) => ({ name, kind: KINDS[type] })),
  );
  const conversions = conversionsOf(columns);
  known.set(statement, conversions);
  return conversions;
}

interface ResultColumn {
  readonly name: string;
  readonly type: number;
}

function conversionsOf(columns: readonly ResultColumn[]): Conversions {
  return columns.flatMap(({ name, type }): Conversions => {
    if (type === INT8) return [[name, Number]];
    return type === BYTEA ? [[name, toBytes]] : [];
  });
}

function converted(rows: Record<string, unknown>[], conversions: Conversions): unknown[] {
  for (const [column, convert] of conversions) {
    for (const row of rows) if (row[column] !== null) row[column] = convert(row[column]);
  }
  return rows;
}

/** PostgreSQL has no NUL in text. None of the names, tags and digests has one; for a log-in this makes an unknown name. */
function withoutNul(value: SqlValue): SqlValue {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}

function toBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Error("the metadata database returned something else for bytes");
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
