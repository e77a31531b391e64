import type { ContentClaim, Lease, LeaseRequest } from "../metadata/coordination.ts";
import { integer } from "./engine/columns.ts";
import { type Executor, queryOne } from "./engine/executor.ts";
import { byDialect, sql } from "./engine/sql.ts";
import { command, rowsOf } from "./engine/statement.ts";
import { tables } from "./engine/tables.ts";

/** The database's time, in Unix milliseconds. */
const CLOCK = byDialect(({ name }) =>
  name === "sqlite" ? sql`CAST(unixepoch('subsec') * 1000 AS INTEGER)` : sql`CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`,
);

/** SQLite's answers are kept until the database changes, hence the parameter that is always another one. */
const NOW = rowsOf({ now: integer }, () => sql`SELECT ${CLOCK} AS now WHERE CAST(${"asked"} AS TEXT) <> ''`);

/** Unix milliseconds. */
export async function databaseTime(x: Executor): Promise<number> {
  const row = await queryOne(x, NOW, { asked: String(performance.now()) });
  if (row === undefined) throw new Error("the metadata database told no time");
  return row.now;
}

const CLAIM = rowsOf(tables.content_claim, () => sql`SELECT only_row, identity FROM content_claim WHERE only_row = 1`);
const UNCLAIMED = command(() => sql`INSERT INTO content_claim (only_row, identity) VALUES (1, '') ON CONFLICT DO NOTHING`);
const REPLACE = command(() => sql`UPDATE content_claim SET identity = ${"identity"} WHERE only_row = 1`);
const TAKE = command(() => sql`UPDATE content_claim SET identity = ${"identity"} WHERE only_row = 1 AND identity = ''`);

export async function contentClaim(x: Executor): Promise<ContentClaim | undefined> {
  const row = await queryOne(x, CLAIM);
  return row === undefined ? undefined : { identity: row.identity === "" ? undefined : row.identity };
}

export async function claimContent(x: Executor, { identity, replace = false }: { readonly identity?: string; readonly replace?: boolean }): Promise<void> {
  x.send(UNCLAIMED);
  if (identity === undefined) return;
  await x.query(replace ? REPLACE : TAKE, { identity });
}

const { holder, until } = tables.lease;

const LEASE = rowsOf({ holder, until }, () => sql`SELECT holder, until FROM lease WHERE name = ${"name"}`);
const LEND = rowsOf(
  { holder, until },
  () => sql`INSERT INTO lease (name, holder, until) VALUES (${"name"}, ${"holder"}, ${CLOCK} + ${"duration"})
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE lease.until < ${CLOCK} OR lease.holder = excluded.holder RETURNING holder, until`,
);
const GIVE_BACK = command(() => sql`DELETE FROM lease WHERE name = ${"name"} AND holder = ${"holder"}`);

export async function lease(x: Executor, name: string): Promise<Lease | undefined> {
  return queryOne(x, LEASE, { name });
}

export async function takeLease(x: Executor, { name, holder, duration }: LeaseRequest): Promise<Lease> {
  for (;;) {
    const held = (await queryOne(x, LEND, { name, holder, duration })) ?? (await lease(x, name));
    // Given back between the two statements: it is free.
    if (held !== undefined) return held;
  }
}

export async function releaseLease(x: Executor, name: string, holder: string): Promise<void> {
  x.send(GIVE_BACK, { name, holder });
}

const OFFER = command(() => sql`INSERT INTO secret (name, value) VALUES (${"name"}, ${"candidate"}) ON CONFLICT (name) DO NOTHING`);
const SECRET = rowsOf({ value: tables.secret.value }, () => sql`SELECT value FROM secret WHERE name = ${"name"}`);

export async function sharedSecret(x: Executor, name: string, candidate: Uint8Array): Promise<Uint8Array> {
  x.send(OFFER, { name, candidate });
  const row = await queryOne(x, SECRET, { name });
  if (row === undefined) throw new Error(`the metadata database has lost the secret ${name}`);
  return row.value;
}
