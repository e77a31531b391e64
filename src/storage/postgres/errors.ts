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
  if (state === "53300") {
    return new MetadataStoreError("too-few-connections", `the server of the metadata database has no connection left: ${describe(error)}; ${LOWER}`, {
      cause: error,
    });
  }
  if (state === "26000" || state === "42P05" || /startup parameter/.test(describe(error))) return unsupported(error);
  if (state === "42501") {
    return new MetadataStoreError("denied", `the account may not do what the registry needs: ${describe(error)}; ${GRANT}`, { cause: error });
  }
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

/** What is left to do where a server has too few connections. */
export const LOWER = "lower the number for each process, end other programs there, or raise its max_connections";

const GRANT = "have the database's owner grant CREATE and USAGE on its schema public, or make the account its owner";

/** A pool in transaction mode gives each transaction another connection, on which nothing of before holds. */
function unsupported(error: unknown): MetadataStoreError {
  const message = `what is at the address of the metadata database keeps no sessions, as a pool in transaction mode: ${describe(error)}; name the server itself, or a pool in session mode that ignores or passes on start-up parameters`;
  return new MetadataStoreError("unsupported", message, { cause: error });
}

/** What went wrong before there was a connection. */
export function openingError(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || (error instanceof SQL.PostgresError && !isConnectionError(error))) return error;
  const code = "code" in error ? String(error.code) : "";
  if (code.startsWith("ERR_INVALID_ARG")) {
    return new MetadataStoreError("unsupported", `the URL of the metadata database says what nobody understands: ${error.message}`, { cause: error });
  }
  const next = /CERT|ISSUER|SIGNED|ALTNAME/.test(code) ? "; its URL names the authority by sslrootcert=<file>" : "";
  return new MetadataStoreError("unavailable", `the metadata database cannot be reached${addressIn(url)}: ${error.message}${next}`, { cause: error });
}

/** Never the account or the password. */
function addressIn(url: string): string {
  const host = URL.parse(url)?.host ?? "";
  return host === "" ? "" : ` at ${host}`;
}

/** Bun's own codes begin so when no server answered; those with a SQLSTATE came from one. */
function isConnectionError(error: unknown): boolean {
  return error instanceof SQL.PostgresError && sqlState(error) === "" && /CONNECTION|TIMEOUT|LIFETIME|TLS/.test(error.code);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
