import type { z } from "zod";
import type { AuditList, auditQuery } from "../../api/administration.ts";
import type { AuditEntry } from "../../storage/metadata/audit.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { Catalog } from "../catalog.ts";
import { cutPage, numberOf, type Page, pageSize } from "./paging.ts";
import { formatTime, parseTime } from "./time.ts";

/** The audit record, newest first. */
export async function listAudit({ metadata }: Catalog<"audit">, query: z.output<typeof auditQuery>, after: Position | undefined): Promise<Page<AuditList>> {
  const limit = pageSize(query.n);
  const { repository, subject, action } = query;
  const found = await metadata.audit.list({ repository, subject, action, since: parseTime(query.since), before: numberOf(after), limit: limit + 1 });
  const { rows, next } = cutPage(found, limit, ({ id }) => ({ key: id, name: "" }));
  return { reply: { entries: rows.map(auditEntry) }, next };
}

/** An entry as the package API and the commands show it. */
export function auditEntry({
  id,
  at,
  actor,
  action,
  repository,
  reference,
  digest,
  detail,
}: AuditEntry & { readonly id: number }): AuditList["entries"][number] {
  return {
    id,
    at: formatTime(at),
    subject: actor.subject,
    remote: actor.remote ?? null,
    action,
    repository: repository ?? null,
    reference: reference ?? null,
    digest: digest ?? null,
    ...(detail !== undefined && { detail }),
  };
}
