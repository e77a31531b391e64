import type { AuditEntry, AuditQuery } from "../../src/storage/metadata/audit.ts";
import { openMetadata, type Stored } from "./metadata.ts";

/** Entries of a server's audit record, oldest first, at most 1000; the server may be running. */
export async function readAudit(server: Stored, query: Omit<AuditQuery, "limit"> = {}): Promise<AuditEntry[]> {
  const store = await openMetadata(server);
  try {
    return (await store.audit.list({ ...query, limit: 1000 })).reverse();
  } finally {
    await store.close();
  }
}

/** The actions of the same entries, each once, in ASCII order. */
export async function auditedActions(server: Stored, query: Omit<AuditQuery, "limit">): Promise<string[]> {
  return [...new Set((await readAudit(server, query)).map((entry) => entry.action))].sort();
}
