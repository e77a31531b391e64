import type { UploadId } from "../../content-store.ts";
import type { Millis } from "../../metadata/records.ts";
import type { UploadSession } from "../../metadata/uploads.ts";
import { names, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { upload_session } = tables;
const { id } = upload_session;

const EXTEND = rowsOf({ id }, () => sql`UPDATE upload_session SET active_at = ${"activeAt"}, expires_at = ${"expiresAt"} WHERE id = ${"id"} RETURNING id`);
const DELETE = rowsOf({ id }, () => sql`DELETE FROM upload_session WHERE id = ${"id"} RETURNING id`);
const ONE = rowsOf(upload_session, () => sql`SELECT ${names(upload_session)} FROM upload_session WHERE id = ${"id"}`);
const EXPIRED = rowsOf(
  upload_session,
  () => sql`SELECT ${names(upload_session)} FROM upload_session
  WHERE expires_at < ${"now"} ORDER BY expires_at LIMIT ${"limit"}`,
);

export async function extendUpload(x: Executor, id: UploadId, activeAt: Millis, expiresAt: Millis): Promise<boolean> {
  return (await x.query(EXTEND, { id, activeAt, expiresAt })).length > 0;
}

/** Ends a session in a transaction that ends more than it. */
export function endUpload(x: Executor, id: UploadId): void {
  x.send(DELETE, { id });
}

export async function deleteUpload(x: Executor, id: UploadId): Promise<boolean> {
  return (await x.query(DELETE, { id })).length > 0;
}

export async function upload(x: Executor, id: UploadId): Promise<UploadSession | undefined> {
  const row = await queryOne(x, ONE, { id });
  return row === undefined ? undefined : toSession(row);
}

export async function expiredUploads(x: Executor, now: Millis, limit: number): Promise<UploadSession[]> {
  const rows = await x.query(EXPIRED, { now, limit });
  return rows.map(toSession);
}

function toSession(row: Row<typeof upload_session>): UploadSession {
  const { created_at: createdAt, expires_at: expiresAt, active_at: activeAt, ...rest } = row;
  return { ...rest, createdAt, expiresAt, ...(activeAt !== null && { activeAt }) };
}
