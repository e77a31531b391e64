import { setTimeout } from "node:timers/promises";
import type { AuditList } from "../../api/administration.ts";
import { auditEntry } from "../../catalog/queries/audit.ts";
import { gather } from "../../client/packages/server-source.ts";
import type { AuditStore } from "../../storage/metadata/audit.ts";
import type { ApiSession } from "../sessions/package.ts";

/** What entries are asked for; times are RFC 3339. */
export interface AuditFilter {
  readonly repository?: string;
  readonly subject?: string;
  readonly action?: string;
  readonly since?: string;
}

type Entry = AuditList["entries"][number];
type Read = (query: AuditFilter, limit: number) => Promise<{ readonly entries: readonly Entry[]; readonly more: boolean }>;

/** Entries that one request, or one query, gets. */
const PAGE = 1000;
/** Milliseconds between two looks for what is new. */
const INTERVAL = 1000;
/** Milliseconds: entries may come so late, as transactions take their times before they end. */
const LATE = 120_000;

/** Reads the record of a store, page by page. */
export function readAudit(audit: AuditStore): Read {
  return async ({ repository, subject, action, since }, limit) => {
    const query = { repository, subject, action, since: since === undefined ? undefined : Date.parse(since) };
    const entries: Entry[] = [];
    for (let before: number | undefined; ; ) {
      const rows = await audit.list({ ...query, before, limit: Math.min(limit + 1 - entries.length, PAGE) });
      entries.push(...rows.map(auditEntry));
      if (entries.length > limit) return { entries: entries.slice(0, limit), more: true };
      if (rows.length < PAGE) return { entries, more: false };
      before = rows.at(-1)?.id;
    }
  };
}

/** Reads the record of a registry, page by page. */
export function readAuditPages(pages: ApiSession["pages"]): Read {
  return async (filter, limit) => {
    const { rows, more } = await gather(pages("listAudit", { query: { ...filter, n: Math.min(limit, PAGE) } }), ({ entries }) => entries, limit);
    return { entries: rows, more };
  };
}

export interface FollowOptions {
  /** RFC 3339. */
  readonly since: string;
  readonly signal: AbortSignal;
  readonly show: (entry: Entry) => void;
}

/** Shows every entry once, the oldest first, until the signal ends it; those that come late as well. */
export async function followAudit(read: Read, { since, signal, show }: FollowOptions): Promise<void> {
  let shown = new Map<number, number>();
  for (;;) {
    const newest = Math.max(Date.parse(since), ...shown.values());
    const from = Math.max(Date.parse(since), newest - LATE);
    const { entries } = await read({ since: new Date(from).toISOString() }, Number.POSITIVE_INFINITY);
    const fresh = entries.filter(({ id }) => !shown.has(id)).reverse();
    for (const entry of fresh) show(entry);
    // what is too old to be read again need not be remembered
    shown = new Map(entries.map(({ id, at }) => [id, Date.parse(at)]));
    await setTimeout(INTERVAL, undefined, { signal });
  }
}
