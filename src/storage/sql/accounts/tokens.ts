import type { AccessToken, AccessTokenWithSecret } from "../../metadata/accounts.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import type { Actor, Millis, Page } from "../../metadata/records.ts";
import { type Executor, queryOne, type SqlValue } from "../engine/executor.ts";
import { appendAudit } from "./audit.ts";

interface TokenRow {
  readonly handle: string;
  readonly user_name: string;
  readonly description: string;
  readonly scopes_json: string;
  readonly secret_hash: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
}

const COLUMNS = "handle, user_name, description, scopes_json, secret_hash, created_at, expires_at, last_used_at, revoked_at";

export async function token(x: Executor, id: string): Promise<AccessTokenWithSecret | undefined> {
  const row = await queryOne<TokenRow>(x, `SELECT ${COLUMNS} FROM access_token WHERE handle = $1`, [id]);
  return row === undefined ? undefined : { ...toToken(row), secretHash: row.secret_hash };
}

/** In the order of their creation. */
export async function listTokens(x: Executor, user?: string, page?: Page): Promise<AccessToken[]> {
  const parameters: SqlValue[] = [];
  const conditions: string[] = [];
  if (user !== undefined) conditions.push(`user_name = $${parameters.push(user)}`);
  if (page?.after !== undefined) conditions.push(`id > (SELECT id FROM access_token WHERE handle = $${parameters.push(page.after)})`);
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const limit = page === undefined ? "" : ` LIMIT $${parameters.push(page.limit)}`;
  return (await x.query<TokenRow>(`SELECT ${COLUMNS} FROM access_token${where} ORDER BY id${limit}`, parameters)).map(toToken);
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
  const rows = await x.query(`INSERT INTO access_token (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id`, [
    created.id,
    created.user,
    created.description,
    JSON.stringify(created.scopes),
    created.secretHash,
    created.createdAt,
    created.expiresAt ?? null,
    created.lastUsedAt ?? null,
    created.revokedAt ?? null,
  ]);
  if (rows.length === 0) throw new MetadataStoreError("conflict", `a token with the id ${created.id} exists already: create it with a new id`);
  const detail = { user: created.user, scopes: created.scopes };
  await appendAudit(x, [{ at: created.createdAt, actor, action: "token.create", reference: created.id, detail }]);
}

export async function revokeToken(x: Executor, id: string, actor: Actor, now: Millis): Promise<boolean> {
  const rows = await x.query("UPDATE access_token SET revoked_at = $2 WHERE handle = $1 AND revoked_at IS NULL RETURNING id", [id, now]);
  if (rows.length === 0) return false;
  await appendAudit(x, [{ at: now, actor, action: "token.revoke", reference: id }]);
  return true;
}

export async function touchToken(x: Executor, id: string, now: Millis): Promise<void> {
  await x.query("UPDATE access_token SET last_used_at = $2 WHERE handle = $1", [id, now]);
}
