import { MetadataStoreError, type MetadataStoreReason } from "../metadata/error.ts";
import { READ_ONLY, STOPPED } from "../sql/engine/read-only.ts";
import { sqliteCode } from "./connection.ts";

/** Messages to the thread that writes. It answers each with one `WriterReply`, and has one at a time. */
export type WriterRequest =
  | { readonly type: "open"; readonly path: string; readonly durable: boolean; readonly processes: number }
  | { readonly type: "batch"; readonly calls: readonly WriterCall[] }
  | { readonly type: "close" };

export interface WriterCall {
  /** The name of an operation, or `ping`, which is answered when the thread can begin a transaction. */
  readonly operation: string;
  readonly parameters: readonly unknown[];
}

/** One outcome a call; one for `open` and `close`. */
export interface WriterReply {
  readonly outcomes: readonly WriterOutcome[];
}

export type WriterOutcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: SentError };

/** An error on its way between threads, which keeps only what is listed here. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly reason: MetadataStoreReason | undefined;
  readonly code: string;
}

export function sendError(error: unknown): SentError {
  const known = storeError(error);
  const reason = known instanceof MetadataStoreError ? known.reason : undefined;
  if (!(known instanceof Error)) return { name: "Error", message: String(known), stack: undefined, reason, code: "" };
  return { name: known.name, message: known.message, stack: known.stack, reason, code: sqliteCode(error) };
}

export function receiveError(sent: SentError): Error {
  const error = sent.reason === undefined ? new Error(sent.message) : new MetadataStoreError(sent.reason, sent.message);
  error.name = sent.name;
  if (sent.stack !== undefined) error.stack = sent.stack;
  return sent.code === "" ? error : Object.assign(error, { code: sent.code });
}

/** Gives SQLite's refusals the reason that callers know; other errors stay as they are. */
export function storeError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code.startsWith("SQLITE_FULL")) {
    return new MetadataStoreError("no-space", "the disk of the metadata database is full: make room and try again", { cause: error });
  }
  if (code.startsWith("SQLITE_BUSY")) {
    return new MetadataStoreError("busy", "another process held the metadata database for too long: try again", { cause: error });
  }
  if (error instanceof Error && error.message === STOPPED) return new MetadataStoreError("read-only", READ_ONLY, { cause: error });
  return error;
}
