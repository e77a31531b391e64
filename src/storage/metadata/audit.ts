import type { Actor, Millis } from "./records.ts";

export interface AuditEntry {
  readonly at: Millis;
  readonly actor: Actor;
  /** e.g. `manifest.push`, `tag.move`, `blob.delete`, `login.failed`, `token.create`, `grants.change` */
  readonly action: string;
  readonly repository?: string | undefined;
  readonly reference?: string | undefined;
  readonly digest?: string | undefined;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

export interface AuditQuery {
  readonly repository?: string | undefined;
  readonly subject?: string | undefined;
  readonly action?: string | undefined;
  readonly since?: Millis | undefined;
  /** Exclusive: entries older than this id. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The audit record. Changes of content and accounts write to it by themselves, in their own transaction. */
export interface AuditStore {
  /** Newest first. */
  list(query: AuditQuery): Promise<(AuditEntry & { readonly id: number })[]>;
  append(entries: readonly AuditEntry[]): Promise<void>;
}
