import { SQL } from "bun";
import { MetadataStoreError } from "../metadata/error.ts";
import { READ_ONLY } from "../sql/engine/read-only.ts";

/** PostgreSQL's SQLSTATE (appendix A of its manual), or an empty string. */
function sqlState(error: unknown): string {
  return error instanceof SQL.PostgresError ? (error.errno ?? "") : "";
}

/**
 * Errors after which the same transaction may well succeed: serialisation failure, deadlock, and keys that another
 * transaction inserted or removed in between.
 */
const TRANSIENT: ReadonlySet<string> = new Set(["40001", "40P01", "23503", "23505"]);

export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(sqlState(error));
}

/** A statement waited for a lock for longer than it may. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === "55P03";
}

/** Gives the server's refusals the reason that callers know; other errors stay as they are. */
export function storeError(error: unknown): unknown {
  const state = sqlState(error);
  if (state === "53100") return new MetadataStoreError("no-space", "the disk of the metadata database is full: make room and try again", { cause: error });
  if (isTransient(error)) return new MetadataStoreError("busy", "conflicting changes of the metadata outlasted the retries: try again", { cause: error });
  if (state === "57014" || isLockTimeout(error)) {
    return new MetadataStoreError("timeout", "the metadata database took too long: look at its load, then try again", { cause: error });
  }
  if (state === "25006") return new MetadataStoreError("read-only", READ_ONLY, { cause: error });
  if (state.startsWith("28")) {
    return new MetadataStoreError("denied", `the metadata database refuses the account: ${describe(error)}; correct the user and the password of its URL`, {
      cause: error,
    });
  }
  if (state === "3D000") {
    return new MetadataStoreError("absent", `the metadata database is not there: ${describe(error)}; create it, or correct its URL`, { cause: error });
  }
  // 53: other resources; 57P: shutdown; 08: connection.
  if (/^(?:53|57P|08)/.test(state) || isConnectionError(error)) {
    return new MetadataStoreError("unavailable", `the metadata database cannot be reached: ${describe(error)}`, { cause: error });
  }
  return error;
}

/** Bun's own codes begin so when no server answered; those with a SQLSTATE came from one. */
function isConnectionError(error: unknown): boolean {
  return error instanceof SQL.PostgresError && sqlState(error) === "" && /CONNECTION|TIMEOUT|LIFETIME/.test(error.code);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
