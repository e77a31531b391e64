import type { NodeRecord } from "../metadata/coordination.ts";
import type { Executor } from "./engine/executor.ts";
import { sql } from "./engine/sql.ts";
import { command, rowsOf } from "./engine/statement.ts";
import { tables } from "./engine/tables.ts";
import { MIGRATIONS } from "./schema/migrations.ts";

/** Milliseconds for which a node that ended without a word is listed. */
const FORGOTTEN = 24 * 3_600_000;

const NODES = rowsOf(tables.node, () => sql`SELECT id, name, version, schema_version, settings, seen FROM node ORDER BY name, id`);
const ANNOUNCE = command(
  () => sql`INSERT INTO node (id, name, version, schema_version, settings, seen)
  VALUES (${"id"}, ${"name"}, ${"version"}, ${"schema"}, ${"settings"}, ${"seen"})
  ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, seen = excluded.seen`,
);
const RETIRE = command(() => sql`DELETE FROM node WHERE id = ${"id"}`);
const FORGET = command(() => sql`DELETE FROM node WHERE seen < ${"before"}`);

export async function listNodes(x: Executor): Promise<NodeRecord[]> {
  const rows = await x.query(NODES);
  return rows.map(({ schema_version: schema, settings, ...rest }) => ({ ...rest, schema, settings: JSON.parse(settings) }));
}

export async function announceNode(x: Executor, { settings, ...node }: Omit<NodeRecord, "schema">): Promise<void> {
  await x.query(FORGET, { before: node.seen - FORGOTTEN });
  await x.query(ANNOUNCE, { ...node, schema: MIGRATIONS.length, settings: JSON.stringify(settings) });
}

export async function retireNode(x: Executor, id: string): Promise<void> {
  await x.query(RETIRE, { id });
}
