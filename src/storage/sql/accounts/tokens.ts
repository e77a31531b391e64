import type { AccessToken, AccessTokenWithSecret } from "../../metadata/accounts.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import type { Actor, Millis, Page } from "../../metadata/records.ts";
import { names, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { appendAudit } from "./audit.ts";
import { moveRights } from "./rights.ts";

const { id, ...TOKEN } = tables.access_token;

const ONE = rowsOf(TOKEN, () => sql`SELECT ${names(TOKEN)} FROM access_token WHERE handle = ${"id"}`);
const CREATE = rowsOf(
  { id },
  () => sql`INSERT INTO access_token (${names(TOKEN)}) VALUES (${"id"}, ${"user"}, ${"description"}, ${"scopes"}, ${"secretHash"},
  ${"createdAt"}, ${"expiresAt"}, ${"lastUsedAt"}, ${"revokedAt"}) ON CONFLICT DO NOTHING RETURNING id`,
);
const REVOKE = rowsOf({ id }, () => sql`UPDATE access_token SET revoked_at = ${"now"} WHERE handle = ${"id"} AND revoked_at IS NULL RETURNING id`);
const TOUCH = command(() => sql`UPDATE access_token SET last_used_at = ${"now"} WHERE handle = ${"id"}`);

const OF_USER = sql`user_name = ${"user"}`;
const AFTER = sql`id > (SELECT id FROM access_token WHERE handle = ${"after"})`;
const IN_ORDER = sql`ORDER BY id LIMIT ${"limit"}`;

/** All of them, those of a user, those after another one, or both. */
const LISTS = {
  all: rowsOf(TOKEN, () => sql`SELECT ${names(TOKEN)} FROM access_token ${IN_ORDER}`),
  ofUser: rowsOf(TOKEN, () => sql`SELECT ${names(TOKEN)} FROM access_token WHERE ${OF_USER} ${IN_ORDER}`),
  after: rowsOf(TOKEN, () => sql`SELECT ${names(TOKEN)} FROM access_token WHERE ${AFTER} ${IN_ORDER}`),
  ofUserAfter: rowsOf(TOKEN, () => sql`SELECT ${names(TOKEN)} FROM access_token WHERE ${OF_USER} AND ${AFTER} ${IN_ORDER}`),
};

export async function token(x: Executor, id: string): Promise<AccessTokenWithSecret | undefined> {
  const row = await queryOne(x, ONE, { id });
  return row === undefined ? undefined : { ...toToken(row), secretHash: row.secret_hash };
}

/** In the order of their creation. */
export async function listTokens(x: Executor, user?: string, page?: Page): Promise<AccessToken[]> {
  return (await tokenRows(x, user, page)).map(toToken);
}

type TokenRow = Row<typeof TOKEN>;

async function tokenRows(x: Executor, user: string | undefined, { after, limit }: Page = { limit: Number.MAX_SAFE_INTEGER }): Promise<TokenRow[]> {
  if (user === undefined) return after === undefined ? x.query(LISTS.all, { limit }) : x.query(LISTS.after, { after, limit });
  return after === undefined ? x.query(LISTS.ofUser, { user, limit }) : x.query(LISTS.ofUserAfter, { user, after, limit });
}

function toToken(row: TokenRow): AccessToken {
  return {
    id: row.handle,
    user: row.user_name,
    description: row.description,
    scopes: JSON.parse(row.scopes_json),
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}

export async function createToken(x: Executor, created: AccessTokenWithSecret, actor: Actor): Promise<void> {
  const { id, user, description, secretHash, createdAt, expiresAt = null, lastUsedAt = null, revokedAt = null } = created;
  const scopes = JSON.stringify(created.scopes);
  const made = await x.query(CREATE, { id, user, description, scopes, secretHash, createdAt, expiresAt, lastUsedAt, revokedAt });
  if (made.length === 0) throw new MetadataStoreError("conflict", `a token with the id ${id} exists already: create it with a new id`);
  appendAudit(x, [{ at: createdAt, actor, action: "token.create", reference: id, detail: { user, scopes: created.scopes } }]);
}

export async function revokeToken(x: Executor, id: string, actor: Actor, now: Millis): Promise<boolean> {
  if ((await x.query(REVOKE, { id, now })).length === 0) return false;
  moveRights(x);
  appendAudit(x, [{ at: now, actor, action: "token.revoke", reference: id }]);
  return true;
}

export async function touchToken(x: Executor, id: string, now: Millis): Promise<void> {
  x.send(TOUCH, { id, now });
}
