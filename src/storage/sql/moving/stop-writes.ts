import type { Connection } from "../engine/executor.ts";
import { STOPPED } from "../engine/read-only.ts";
import { MOVED_TABLES } from "./handling.ts";
import { STOP_LEASE } from "./leases.ts";

/** Columns that may change while changes are stopped, since whoever reads changes them: nothing of value is lost with them. */
const BY_READERS: Readonly<Record<string, readonly string[]>> = {
  access_token: ["last_used_at"],
  blob_link: ["renewed_at"],
  manifest: ["untagged_at"],
  repository: ["pulls"],
  tag: ["pulls", "pulled_at"],
};

/** Tables whose rows may come and go: log-ins are recorded, a server that starts offers secrets, and a scrub notes its end. */
const FREE: ReadonlySet<string> = new Set(["audit", "secret", "maintenance_run"]);

interface Trigger {
  readonly name: string;
  readonly table: string;
  readonly event: string;
}

const TRIGGERS: readonly Trigger[] = [
  ...MOVED_TABLES.filter(({ name }) => !FREE.has(name)).flatMap(({ name: table, columns }) => {
    const update = columns.map(({ name }) => name).filter((column) => !BY_READERS[table]?.includes(column));
    return [
      { name: `stopped_insert_${table}`, table, event: "INSERT" },
      { name: `stopped_update_${table}`, table, event: `UPDATE OF ${update.join(", ")}` },
      { name: `stopped_delete_${table}`, table, event: "DELETE" },
    ];
  }),
  { name: "stopped_insert_upload_session", table: "upload_session", event: "INSERT" },
];

/** The lease under which changes are stopped, in the database's own time. */
const IN_FORCE = {
  sqlite: `(SELECT until FROM lease WHERE name = '${STOP_LEASE}') > CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
  postgres: `(SELECT until FROM lease WHERE name = '${STOP_LEASE}') > EXTRACT(EPOCH FROM clock_timestamp()) * 1000`,
};

/** Milliseconds that PostgreSQL waits for a table that somebody is changing: whoever comes meanwhile waits behind it. */
const LOCK_LIMIT = 3000;

/**
 * Has the database itself refuse changes as long as somebody has the lease for it, whoever makes them: every node that is open, of whatever
 * version. Waits for the changes that are under way.
 * @throws MetadataStoreError `busy`, `timeout` when these take too long: try again
 */
export async function stopWrites(x: Connection): Promise<void> {
  const there = await existing(x);
  const missing = TRIGGERS.filter(({ name }) => !there.has(name));
  if (x.dialect.name === "sqlite") {
    for (const { name, table, event } of missing) {
      await x.run(`CREATE TRIGGER ${name} BEFORE ${event} ON ${table} WHEN ${IN_FORCE.sqlite} BEGIN SELECT RAISE(ABORT, '${STOPPED}'); END`);
    }
    return;
  }
  await x.run(`SET LOCAL lock_timeout = ${LOCK_LIMIT}`);
  await x.run(`CREATE OR REPLACE FUNCTION opm_stopped() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
    IF ${IN_FORCE.postgres} THEN RAISE EXCEPTION '${STOPPED}' USING ERRCODE = '25006'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END $body$`);
  for (const { name, table, event } of missing) await x.run(`CREATE TRIGGER ${name} BEFORE ${event} ON ${table} FOR EACH ROW EXECUTE FUNCTION opm_stopped()`);
}

/** Takes back what `stopWrites` did, as far as it did. Without it the database only asks itself needlessly, once the lease is over. */
export async function allowWrites(x: Connection): Promise<void> {
  const there = await existing(x);
  if (x.dialect.name === "postgres") await x.run(`SET LOCAL lock_timeout = ${LOCK_LIMIT}`);
  for (const { name, table } of TRIGGERS) if (there.has(name)) await x.run(`DROP TRIGGER ${name}${x.dialect.name === "sqlite" ? "" : ` ON ${table}`}`);
}

const EXISTING = {
  sqlite: "SELECT name FROM sqlite_master WHERE type = 'trigger'",
  postgres:
    "SELECT CAST(t.tgname AS TEXT) AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = current_schema()::regnamespace",
};

async function existing(x: Connection): Promise<Set<string>> {
  const rows = await x.run<{ name: string }>(EXISTING[x.dialect.name]);
  return new Set(rows.map(({ name }) => name));
}
