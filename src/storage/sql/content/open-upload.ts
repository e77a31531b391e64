import type { UploadId } from "../../content-store.ts";
import type { Millis } from "../../metadata/records.ts";
import type { UploadBudget, UploadOpening, UploadSession } from "../../metadata/uploads.ts";
import { names, type Row } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { upload } from "./uploads.ts";

const { id, client, owner, address, created_at, active_at } = tables.upload_session;

/** An open session, as far as budgets look at it. */
const HELD = { id, client, owner, address, created_at, active_at };
type Held = Row<typeof HELD>;

const OPEN = rowsOf(HELD, () => sql`SELECT ${names(HELD)} FROM upload_session WHERE expires_at > ${"now"}`);
const END = command(() => sql`DELETE FROM upload_session WHERE id = ${"id"}`);
const COLUMNS = sql`id, repository, algorithm, owner, client, address, created_at, expires_at, active_at`;
const VALUES = sql`${"id"}, ${"repository"}, ${"algorithm"}, ${"owner"}, ${"client"}, ${"address"}, ${"createdAt"}, ${"expiresAt"}, ${"activeAt"}`;
const CREATE = command(() => sql`INSERT INTO upload_session (${COLUMNS}) VALUES (${VALUES}) ON CONFLICT (id) DO NOTHING`);

/** A look that costs little: as a rule there are a handful of sessions. */
const CREATE_AMONG_FEW = rowsOf(
  { id },
  () => sql`INSERT INTO upload_session (${COLUMNS}) SELECT ${VALUES}
  WHERE (SELECT COUNT(*) FROM (SELECT 1 FROM upload_session WHERE expires_at > ${"now"} LIMIT ${"few"}) AS few) < ${"few"}
  ON CONFLICT (id) DO NOTHING RETURNING id`,
);

type Scope = keyof Omit<UploadBudget, "idleBefore">;

/** From the narrowest to the widest: what ends to keep one of them makes room in those that follow. */
const SCOPES: readonly Scope[] = ["client", "owner", "address", "all"];

/** Where transactions overlap, sessions that are opened at the same moment may go beyond a budget by their number. */
export async function createUpload(x: Executor, session: UploadSession, budget: UploadBudget): Promise<UploadOpening> {
  const { activeAt = null, ...columns } = session;
  const ended: UploadId[] = [];
  const few = Math.min(...SCOPES.map((scope) => budget[scope]));
  const created = await x.last(CREATE_AMONG_FEW, { ...columns, activeAt, now: session.createdAt, few });
  if (created.length > 0 || (await upload(x, session.id)) !== undefined) return { outcome: "opened", ended };
  let open = await x.query(OPEN, { now: session.createdAt });
  for (const scope of SCOPES) {
    const within = open.filter((held) => scope === "all" || held[scope] === session[scope]);
    if (within.length < budget[scope]) continue;
    const first = firstToEnd(within, session.client, budget.idleBefore);
    if (first === undefined) return { outcome: "full", of: scope, limit: budget[scope], activeSince: leastActive(within) };
    ended.push(first.id);
    open = open.filter(({ id }) => id !== first.id);
  }
  for (const each of ended) x.send(END, { id: each });
  x.send(CREATE, { ...columns, activeAt });
  return { outcome: "opened", ended };
}

/** The session that makes room: of the client with most of them, and of no client that has less than who asks. */
function firstToEnd(within: readonly Held[], client: string, idleBefore: Millis): Held | undefined {
  const counts = new Map<string, number>();
  for (const held of within) counts.set(held.client, (counts.get(held.client) ?? 0) + 1);
  const countOf = (name: string) => counts.get(name) ?? 0;
  const candidates = within.filter((held) => (held.active_at ?? 0) < idleBefore && countOf(held.client) >= countOf(client));
  return candidates.sort((a, b) => countOf(b.client) - countOf(a.client) || compareUse(a, b))[0];
}

/** Empty ones first, then by the time since something came. */
function compareUse(a: Held, b: Held): number {
  const byEmptiness = Number(a.active_at !== null) - Number(b.active_at !== null);
  return byEmptiness || (a.active_at ?? a.created_at) - (b.active_at ?? b.created_at);
}

function leastActive(within: readonly Held[]): Millis {
  return Math.min(...within.map((held) => held.active_at ?? held.created_at));
}
