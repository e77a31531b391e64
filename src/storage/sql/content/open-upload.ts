import type { UploadId } from "../../content-store.ts";
import type { Millis } from "../../metadata/records.ts";
import type { UploadBudget, UploadOpening, UploadSession } from "../../metadata/uploads.ts";
import type { Executor } from "../engine/executor.ts";

type Scope = keyof Omit<UploadBudget, "idleBefore">;

/** An open session, as far as budgets look at it. */
interface Held {
  readonly id: UploadId;
  readonly client: string;
  readonly owner: string;
  readonly address: string;
  readonly created_at: Millis;
  readonly active_at: Millis | null;
}

/** From the narrowest to the widest: what ends to keep one of them makes room in those that follow. */
const SCOPES: readonly Scope[] = ["client", "owner", "address", "all"];

/** Where transactions overlap, sessions that are opened at the same moment may go beyond a budget by their number. */
export async function createUpload(x: Executor, session: UploadSession, budget: UploadBudget): Promise<UploadOpening> {
  const ended: UploadId[] = [];
  if (await mayBeFull(x, session, budget)) {
    let open = await x.query<Held>("SELECT id, client, owner, address, created_at, active_at FROM upload_session WHERE expires_at > $1", [session.createdAt]);
    for (const scope of SCOPES) {
      const within = open.filter((held) => scope === "all" || held[scope] === session[scope]);
      if (within.length < budget[scope]) continue;
      const first = firstToEnd(within, session.client, budget.idleBefore);
      if (first === undefined) return { outcome: "full", of: scope, limit: budget[scope], activeSince: leastActive(within) };
      ended.push(first.id);
      open = open.filter(({ id }) => id !== first.id);
    }
  }
  for (const id of ended) await x.query("DELETE FROM upload_session WHERE id = $1", [id]);
  await x.query(
    "INSERT INTO upload_session (id, repository, algorithm, owner, client, address, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    [session.id, session.repository, session.algorithm, session.owner, session.client, session.address, session.createdAt, session.expiresAt],
  );
  return { outcome: "opened", ended };
}

/** A look that costs little: as a rule there are a handful of sessions. */
async function mayBeFull(x: Executor, { createdAt }: UploadSession, budget: UploadBudget): Promise<boolean> {
  const least = Math.min(...SCOPES.map((scope) => budget[scope]));
  const rows = await x.query("SELECT 1 FROM upload_session WHERE expires_at > $1 LIMIT $2", [createdAt, least]);
  return rows.length >= least;
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
