import { MetadataStoreError } from "../metadata/error.ts";
import type { Connection } from "../sql/engine/executor.ts";
import { LOWER } from "./errors.ts";

/**
 * What the server, the account and the database have left, of which only those count that have a limit. Others see of a connection that is
 * not theirs no more than its database and its account.
 */
const FREE = `SELECT CAST(LEAST(
    CAST(current_setting('max_connections') AS INTEGER) - CAST(current_setting('superuser_reserved_connections') AS INTEGER)
      - (SELECT COUNT(*) FROM pg_stat_activity WHERE datid IS NOT NULL),
    (SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user) - (SELECT COUNT(*) FROM pg_stat_activity WHERE usename = current_user),
    (SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
      - (SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database())
  ) AS INTEGER) AS free`;

/**
 * Looks whether a process may open so many connections, of which it has one. Others may take them later on: then it gets along with fewer.
 * @throws MetadataStoreError `too-few-connections`
 */
export async function requireConnections(x: Connection, wanted: number): Promise<void> {
  const [row] = await x.run<{ free: number }>(FREE);
  const left = Math.max(0, row?.free ?? 0) + 1;
  if (left >= wanted) return;
  const message = `the server of the metadata database has ${left} connections left, this process may want ${wanted}: ${LOWER}`;
  throw new MetadataStoreError("too-few-connections", message);
}
