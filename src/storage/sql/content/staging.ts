import type { UploadId } from "../../content-store.ts";
import type { StagedState } from "../../metadata/staging.ts";
import { names, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { staged_upload } = tables;
const { id } = staged_upload;

const FIND = rowsOf(staged_upload, () => sql`SELECT ${names(staged_upload)} FROM staged_upload WHERE id = ${"id"}`);
const LIST = rowsOf(staged_upload, () => sql`SELECT ${names(staged_upload)} FROM staged_upload WHERE id > ${"after"} ORDER BY id LIMIT ${"limit"}`);
const ADD = rowsOf(
  { id },
  () => sql`INSERT INTO staged_upload (id, version, state, modified_at) VALUES (${"id"}, 1, ${"state"}, ${"modifiedAt"}) ON CONFLICT DO NOTHING RETURNING id`,
);
const CHANGE = rowsOf(
  { id },
  () => sql`UPDATE staged_upload SET version = version + 1, state = ${"state"}, modified_at = ${"modifiedAt"}
  WHERE id = ${"id"} AND version = ${"version"} - 1 RETURNING id`,
);
const REMOVE = rowsOf(staged_upload, () => sql`DELETE FROM staged_upload WHERE id = ${"id"} RETURNING ${names(staged_upload)}`);
const REMOVE_VERSION = rowsOf(
  staged_upload,
  () => sql`DELETE FROM staged_upload WHERE id = ${"id"} AND version = ${"version"} RETURNING ${names(staged_upload)}`,
);

export async function findStaged(x: Executor, id: UploadId): Promise<StagedState | undefined> {
  return toState(await queryOne(x, FIND, { id }));
}

export async function listStaged(
  x: Executor,
  { after = "", limit }: { readonly after?: UploadId | undefined; readonly limit: number },
): Promise<StagedState[]> {
  const rows = await x.query(LIST, { after, limit });
  return rows.flatMap((row) => toState(row) ?? []);
}

export async function putStaged(x: Executor, { id, version, state, modifiedAt }: StagedState): Promise<boolean> {
  const rows = version === 1 ? await x.query(ADD, { id, state, modifiedAt }) : await x.query(CHANGE, { id, version, state, modifiedAt });
  return rows.length > 0;
}

export async function removeStaged(x: Executor, id: UploadId, version?: number): Promise<StagedState | undefined> {
  return toState(version === undefined ? await queryOne(x, REMOVE, { id }) : await queryOne(x, REMOVE_VERSION, { id, version }));
}

function toState(row: Row<typeof staged_upload> | undefined): StagedState | undefined {
  return row && { id: row.id, version: row.version, state: row.state, modifiedAt: row.modified_at };
}
