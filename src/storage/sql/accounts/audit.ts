import type { AuditEntry, AuditQuery } from "../../metadata/audit.ts";
import { names } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";
import { type Inserted, insertion, insertRows } from "../engine/insert-rows.ts";
import { join, sql } from "../engine/sql.ts";
import { formsOf, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const COLUMNS = ["at", "subject", "remote", "request_id", "action", "repository", "reference", "digest", "detail"] as const;
const APPEND = insertion("audit", COLUMNS);

export function appendAudit(x: Executor, entries: readonly AuditEntry[]): void {
  insertRows(x, APPEND, entries.map(toRow));
}

function toRow({ at, actor, action, repository, reference, digest, detail }: AuditEntry): Inserted<(typeof COLUMNS)[number]> {
  return {
    at,
    subject: actor.subject,
    remote: actor.remote ?? null,
    request_id: actor.requestId ?? null,
    action,
    repository: repository ?? null,
    reference: reference ?? null,
    digest: digest ?? null,
    detail: detail === undefined ? null : JSON.stringify(detail),
  };
}

/** What a question may ask for, by the field that asks. */
const CONDITIONS = {
  repository: sql`repository = ${"repository"}`,
  subject: sql`subject = ${"subject"}`,
  action: sql`action = ${"action"}`,
  // The second ends the walk down the ids where no entry of that time can be any more. Ids and times are in different orders: nodes
  // have clocks of their own. The sum keeps PostgreSQL from walking up all ids for the smallest one.
  since: sql`at >= ${"since"} AND id >= (SELECT MIN(id + 0) FROM audit WHERE at >= ${"since"})`,
  before: sql`id < ${"before"}`,
};

const FIELDS = ["repository", "subject", "action", "since", "before"] as const;

/** Each set of conditions: the names of its fields, with spaces between them. */
const SETS = [""];
for (const field of FIELDS) SETS.push(...SETS.map((set) => `${set} ${field}`));

const entriesBy = formsOf(SETS, (set) => {
  const conditions = FIELDS.filter((field) => set.split(" ").includes(field)).map((field) => CONDITIONS[field]);
  const where = conditions.length === 0 ? sql`` : sql` WHERE ${join(conditions, " AND ")}`;
  return rowsOf(tables.audit, () => sql`SELECT ${names(tables.audit)} FROM audit${where} ORDER BY id DESC LIMIT ${"limit"}`);
});

export async function audit(x: Executor, query: AuditQuery): Promise<(AuditEntry & { readonly id: number })[]> {
  const asked = FIELDS.filter((field) => query[field] !== undefined);
  const { repository = null, subject = null, action = null, since = null, before = null, limit } = query;
  const found = await x.query(entriesBy(asked.map((field) => ` ${field}`).join("")), { repository, subject, action, since, before, limit });
  return found.map((row) => ({
    id: row.id,
    at: row.at,
    actor: { subject: row.subject, remote: row.remote ?? undefined, requestId: row.request_id ?? undefined },
    action: row.action,
    repository: row.repository ?? undefined,
    reference: row.reference ?? undefined,
    digest: row.digest ?? undefined,
    detail: row.detail === null ? undefined : JSON.parse(row.detail),
  }));
}
