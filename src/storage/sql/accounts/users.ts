import type { User, UserChange, UserWithPassword } from "../../metadata/accounts.ts";
import type { Actor, Millis, Page } from "../../metadata/records.ts";
import { names, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { LOCK } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { appendAudit } from "./audit.ts";
import { moveRights } from "./rights.ts";

const { id, name, groups_json, password_hash, created_at, disabled_at, password_changed_at } = tables.app_user;

const USER = { name, groups_json, created_at, disabled_at, password_changed_at };
const ONE = rowsOf({ ...USER, password_hash }, () => sql`SELECT ${names(USER)}, password_hash FROM app_user WHERE name = ${"name"}`);
const LOCKED = rowsOf(USER, () => sql`SELECT ${names(USER)} FROM app_user WHERE name = ${"name"}${LOCK}`);
const ALL = rowsOf(USER, () => sql`SELECT ${names(USER)} FROM app_user ORDER BY name`);
const AFTER = rowsOf(USER, () => sql`SELECT ${names(USER)} FROM app_user WHERE name > ${"after"} ORDER BY name LIMIT ${"limit"}`);
const CREATE = rowsOf(
  { id },
  () => sql`INSERT INTO app_user (name, groups_json, password_hash, created_at)
  VALUES (${"name"}, ${"groups"}, ${"passwordHash"}, ${"createdAt"}) ON CONFLICT DO NOTHING RETURNING id`,
);
const EDIT = command(() => sql`UPDATE app_user SET groups_json = ${"groups"}, disabled_at = ${"disabledAt"} WHERE name = ${"name"}`);
const SET_PASSWORD = rowsOf(
  { id },
  () => sql`UPDATE app_user SET password_hash = ${"passwordHash"}, password_changed_at = ${"now"} WHERE name = ${"name"} RETURNING id`,
);
const DELETE = rowsOf({ id }, () => sql`DELETE FROM app_user WHERE name = ${"name"} RETURNING id`);
const REVOKE_TOKENS = command(() => sql`UPDATE access_token SET revoked_at = ${"now"} WHERE user_name = ${"name"} AND revoked_at IS NULL`);

export async function user(x: Executor, name: string): Promise<UserWithPassword | undefined> {
  const row = await queryOne(x, ONE, { name });
  return row === undefined ? undefined : { ...toUser(row), passwordHash: row.password_hash };
}

export async function listUsers(x: Executor, page?: Page): Promise<User[]> {
  const found = page === undefined ? await x.query(ALL) : await x.query(AFTER, { after: page.after ?? "", limit: page.limit });
  return found.map(toUser);
}

function toUser(row: Row<typeof USER>): User {
  return {
    name: row.name,
    groups: JSON.parse(row.groups_json),
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
    passwordChangedAt: row.password_changed_at ?? undefined,
  };
}

export async function createUser(x: Executor, created: UserWithPassword, actor: Actor): Promise<boolean> {
  const { name, groups, passwordHash, createdAt } = created;
  if ((await x.query(CREATE, { name, groups: JSON.stringify(groups), passwordHash, createdAt })).length === 0) return false;
  moveRights(x);
  appendAudit(x, [{ at: createdAt, actor, action: "user.create", reference: name, detail: { groups } }]);
  return true;
}

export async function editUser(x: Executor, name: string, change: UserChange, actor: Actor, now: Millis): Promise<User | undefined> {
  const row = await queryOne(x, LOCKED, { name });
  if (row === undefined) return undefined;
  const before = toUser(row);
  const removed = new Set(change.removeGroups);
  const groups = [...new Set([...before.groups, ...(change.addGroups ?? [])])].filter((group) => !removed.has(group));
  const disabledAt = change.disabled === undefined ? before.disabledAt : change.disabled ? (before.disabledAt ?? now) : undefined;
  const after: User = { ...before, groups, disabledAt };
  if (after.disabledAt === before.disabledAt && JSON.stringify(groups) === row.groups_json) return before;
  moveRights(x);
  x.send(EDIT, { name, groups: JSON.stringify(groups), disabledAt: disabledAt ?? null });
  appendAudit(x, [{ at: now, actor, action: "user.edit", reference: name, detail: { groups, disabled: disabledAt !== undefined } }]);
  return after;
}

export async function setPassword(x: Executor, name: string, passwordHash: string, actor: Actor, now: Millis): Promise<boolean> {
  if ((await x.query(SET_PASSWORD, { name, passwordHash, now })).length === 0) return false;
  moveRights(x);
  appendAudit(x, [{ at: now, actor, action: "user.password", reference: name }]);
  return true;
}

export async function deleteUser(x: Executor, name: string, actor: Actor, now: Millis): Promise<boolean> {
  if ((await x.query(DELETE, { name })).length === 0) return false;
  moveRights(x);
  x.send(REVOKE_TOKENS, { name, now });
  appendAudit(x, [{ at: now, actor, action: "user.delete", reference: name }]);
  return true;
}
