import type { User, UserChange, UserWithPassword } from "../../metadata/accounts.ts";
import type { Actor, Millis, Page } from "../../metadata/records.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { appendAudit } from "./audit.ts";

interface UserRow {
  readonly name: string;
  readonly groups_json: string;
  readonly created_at: number;
  readonly disabled_at: number | null;
  readonly password_changed_at: number | null;
}

const COLUMNS = "name, groups_json, created_at, disabled_at, password_changed_at";

export async function user(x: Executor, name: string): Promise<UserWithPassword | undefined> {
  const row = await queryOne<UserRow & { readonly password_hash: string }>(x, `SELECT ${COLUMNS}, password_hash FROM app_user WHERE name = $1`, [name]);
  return row === undefined ? undefined : { ...toUser(row), passwordHash: row.password_hash };
}

export async function listUsers(x: Executor, page?: Page): Promise<User[]> {
  const rows =
    page === undefined
      ? await x.query<UserRow>(`SELECT ${COLUMNS} FROM app_user ORDER BY name`)
      : await x.query<UserRow>(`SELECT ${COLUMNS} FROM app_user WHERE name > $1 ORDER BY name LIMIT $2`, [page.after ?? "", page.limit]);
  return rows.map(toUser);
}

function toUser(row: UserRow): User {
  return {
    name: row.name,
    groups: JSON.parse(row.groups_json),
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
    passwordChangedAt: row.password_changed_at ?? undefined,
  };
}

export async function createUser(x: Executor, created: UserWithPassword, actor: Actor): Promise<boolean> {
  const rows = await x.query(
    "INSERT INTO app_user (name, groups_json, password_hash, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id",
    [created.name, JSON.stringify(created.groups), created.passwordHash, created.createdAt],
  );
  if (rows.length === 0) return false;
  await appendAudit(x, [{ at: created.createdAt, actor, action: "user.create", reference: created.name, detail: { groups: created.groups } }]);
  return true;
}

export async function editUser(x: Executor, name: string, change: UserChange, actor: Actor, now: Millis): Promise<User | undefined> {
  const row = await queryOne<UserRow>(x, `SELECT ${COLUMNS} FROM app_user WHERE name = $1${x.dialect.lock}`, [name]);
  if (row === undefined) return undefined;
  const before = toUser(row);
  const removed = new Set(change.removeGroups);
  const groups = [...new Set([...before.groups, ...(change.addGroups ?? [])])].filter((group) => !removed.has(group));
  const disabledAt = change.disabled === undefined ? before.disabledAt : change.disabled ? (before.disabledAt ?? now) : undefined;
  const after: User = { ...before, groups, disabledAt };
  if (after.disabledAt === before.disabledAt && JSON.stringify(groups) === row.groups_json) return before;
  await x.query("UPDATE app_user SET groups_json = $2, disabled_at = $3 WHERE name = $1", [name, JSON.stringify(groups), disabledAt ?? null]);
  await appendAudit(x, [{ at: now, actor, action: "user.edit", reference: name, detail: { groups, disabled: disabledAt !== undefined } }]);
  return after;
}

export async function setPassword(x: Executor, name: string, passwordHash: string, actor: Actor, now: Millis): Promise<boolean> {
  const rows = await x.query("UPDATE app_user SET password_hash = $2, password_changed_at = $3 WHERE name = $1 RETURNING id", [name, passwordHash, now]);
  if (rows.length === 0) return false;
  await appendAudit(x, [{ at: now, actor, action: "user.password", reference: name }]);
  return true;
}

export async function deleteUser(x: Executor, name: string, actor: Actor, now: Millis): Promise<boolean> {
  if ((await x.query("DELETE FROM app_user WHERE name = $1 RETURNING id", [name])).length === 0) return false;
  await x.query("UPDATE access_token SET revoked_at = $2 WHERE user_name = $1 AND revoked_at IS NULL", [name, now]);
  await appendAudit(x, [{ at: now, actor, action: "user.delete", reference: name }]);
  return true;
}
