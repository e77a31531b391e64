import type { Actor, Millis, User, UserWithPassword } from "../metadata-store.ts";
import { appendAudit } from "./audit.ts";
import { type Executor, queryOne } from "./executor.ts";

interface UserRow {
  readonly name: string;
  readonly groups_json: string;
  readonly password_hash: string;
  readonly created_at: number;
}

export async function user(x: Executor, name: string): Promise<UserWithPassword | undefined> {
  const row = await queryOne<UserRow>(x, "SELECT name, groups_json, password_hash, created_at FROM app_user WHERE name = $1", [name]);
  return row === undefined ? undefined : { ...toUser(row), passwordHash: row.password_hash };
}

export async function listUsers(x: Executor): Promise<User[]> {
  return (await x.query<UserRow>("SELECT name, groups_json, created_at FROM app_user ORDER BY name")).map(toUser);
}

function toUser(row: UserRow): User {
  return { name: row.name, groups: JSON.parse(row.groups_json), createdAt: row.created_at };
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

export async function deleteUser(x: Executor, name: string, actor: Actor, now: Millis): Promise<boolean> {
  if ((await x.query("DELETE FROM app_user WHERE name = $1 RETURNING id", [name])).length === 0) return false;
  await x.query("UPDATE access_token SET revoked_at = $2 WHERE user_name = $1 AND revoked_at IS NULL", [name, now]);
  await appendAudit(x, [{ at: now, actor, action: "user.delete", reference: name }]);
  return true;
}
