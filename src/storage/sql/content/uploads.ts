import type { DigestAlgorithm } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { UploadId } from "../../content-store.ts";
import type { Millis } from "../../metadata/records.ts";
import type { UploadSession } from "../../metadata/uploads.ts";
import { type Executor, queryOne } from "../engine/executor.ts";

interface UploadRow {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  readonly algorithm: DigestAlgorithm;
  readonly owner: string;
  readonly client: string;
  readonly address: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly active_at: number | null;
}

export async function extendUpload(x: Executor, id: UploadId, activeAt: Millis, expiresAt: Millis): Promise<boolean> {
  return (await x.query("UPDATE upload_session SET active_at = $2, expires_at = $3 WHERE id = $1 RETURNING id", [id, activeAt, expiresAt])).length > 0;
}

export async function deleteUpload(x: Executor, id: UploadId): Promise<boolean> {
  return (await x.query("DELETE FROM upload_session WHERE id = $1 RETURNING id", [id])).length > 0;
}

export async function upload(x: Executor, id: UploadId): Promise<UploadSession | undefined> {
  const row = await queryOne<UploadRow>(x, "SELECT * FROM upload_session WHERE id = $1", [id]);
  return row === undefined ? undefined : toSession(row);
}

export async function expiredUploads(x: Executor, now: Millis, limit: number): Promise<UploadSession[]> {
  const rows = await x.query<UploadRow>("SELECT * FROM upload_session WHERE expires_at < $1 ORDER BY expires_at LIMIT $2", [now, limit]);
  return rows.map(toSession);
}

function toSession(row: UploadRow): UploadSession {
  const { created_at: createdAt, expires_at: expiresAt, active_at: activeAt, ...rest } = row;
  return { ...rest, createdAt, expiresAt, ...(activeAt !== null && { activeAt }) };
}
