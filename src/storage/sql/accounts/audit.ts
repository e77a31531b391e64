import type { AuditEntry, AuditQuery } from "../../metadata/audit.ts";
import type { Executor, SqlValue } from "../engine/executor.ts";
import { insertRows } from "../engine/insert-rows.ts";

export function appendAudit(x: Executor, entries: readonly AuditEntry[]): Promise<void> {
  return insertRows(x, "audit", entries.map(toRow));
}

function toRow({ at, actor, action, repository, reference, digest, detail }: AuditEntry): Record<string, SqlValue> {
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

interface AuditRow {
  readonly id: number;
  readonly at: number;
  readonly subject: string;
  readonly remote: string | null;
  readonly request_id: string | null;
  readonly action: string;
  readonly repository: string | null;
  readonly reference: string | null;
  readonly digest: string | null;
  readonly detail: string | null;
}

export async function audit(x: Executor, query: AuditQuery): Promise<(AuditEntry & { readonly id: number })[]> {
  const parameters: SqlValue[] = [query.limit];
  const conditions: string[] = [];
  const where = (condition: string, value: SqlValue | undefined, rest = ""): void => {
    if (value !== undefined) conditions.push(`${condition} $${parameters.push(value)}${rest}`);
  };
  where("repository =", query.repository);
  where("subject =", query.subject);
  where("action =", query.action);
  where("at >=", query.since);
  // Ends the walk down the ids where no entry of that time can be any more. Ids and times are in different orders: nodes have clocks
  // of their own. The sum keeps PostgreSQL from walking up all ids for the smallest one.
  where("id >= (SELECT MIN(id + 0) FROM audit WHERE at >=", query.since, ")");
  where("id <", query.before);
  const rows = await x.query<AuditRow>(
    `SELECT * FROM audit${conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`} ORDER BY id DESC LIMIT $1`,
    parameters,
  );
  return rows.map((row) => ({
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
