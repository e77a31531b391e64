import { join } from "node:path";
import type { AuditEntry, AuditQuery } from "../../src/storage/metadata/audit.ts";
import { openSqliteStore } from "../../src/storage/sqlite/sqlite-store.ts";

/** Entries of a server's audit record, oldest first, at most 1000; the server may be running. */
export async function readAudit(dataDir: string, query: Omit<AuditQuery, "limit"> = {}): Promise<AuditEntry[]> {
  const store = await openSqliteStore({ path: join(dataDir, "metadata.db"), durability: "relaxed" });
  try {
    return (await store.audit.list({ ...query, limit: 1000 })).reverse();
  } finally {
    await store.close();
  }
}

/** The actions of the same entries, each once, in ASCII order. */
export async function auditedActions(dataDir: string, query: Omit<AuditQuery, "limit">): Promise<string[]> {
  return [...new Set((await readAudit(dataDir, query)).map((entry) => entry.action))].sort();
}
