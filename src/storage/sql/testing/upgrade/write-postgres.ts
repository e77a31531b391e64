import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, SQL } from "bun";
import { Pool } from "../../../postgres/pool.ts";
import { openPostgresStore } from "../../../postgres/postgres-store.ts";
import { postgresTransactor } from "../../../postgres/transactor.ts";
import { migrate } from "../../migrate.ts";
import { tell, tellLeftovers } from "./tell.ts";

interface Server {
  /** The folder of its programs. */
  readonly binaries: string;
  createDatabase(): Promise<string>;
}

/** Writes `v<version>.sql.gz`, the dump of a database of this program, or where it is an earlier version of the schema, of one that has that. */
export async function writePostgres(folder: string, { version, earlier }: { version: number; earlier: boolean }, server: Server): Promise<void> {
  const whole = await server.createDatabase();
  const store = await openPostgresStore({ url: whole, durability: "relaxed" });
  await tell(store, version);
  await tellLeftovers(store);
  await store.close();
  const url = !earlier ? whole : await server.createDatabase();
  await using database = new SQL({ url, adapter: "postgres", max: 1, connection: { client_min_messages: "warning" } });
  if (earlier) {
    await using migrating = new Pool({ url, connections: 1 });
    await migrate(postgresTransactor(migrating), { target: version });
    await copyRows(whole, database);
  }
  const dump = Bun.spawnSync([join(server.binaries, "pg_dump"), "--no-owner", "--no-privileges", "--rows-per-insert=100", `--dbname=${url}`]);
  if (!dump.success) throw new Error(dump.stderr.toString());
  writeFileSync(join(folder, `v${version}.sql.gz`), gzipSync(statementsOf(dump.stdout.toString()), { level: 9 }));
}

/** Without comments, and without what is about the session that reads it. */
function statementsOf(dump: string): string {
  const lines = dump.split("\n").filter((line) => !/^(?:--|\\|SET |SELECT pg_catalog\.set_config|$)/.test(line));
  return `${lines.join("\n")}\n`;
}

/** Those rows and columns that the tables of an earlier version have. */
async function copyRows(from: string, to: SQL): Promise<void> {
  await using whole = new SQL({ url: from, adapter: "postgres", max: 1 });
  await to.unsafe("SET session_replication_role = replica");
  const tables: { name: string }[] = await to.unsafe("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'");
  for (const { name } of tables) {
    const columns: { name: string; identity: string }[] = await to.unsafe(
      `SELECT column_name AS name, is_identity AS identity FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '${name}' ORDER BY ordinal_position`,
    );
    const list = columns.map((column) => column.name).join(", ");
    const [rows] = await whole.unsafe(`SELECT CAST(COALESCE(json_agg(t), '[]') AS TEXT) AS text FROM (SELECT ${list} FROM ${name}) AS t`);
    await to.unsafe(`DELETE FROM ${name}`);
    await to.unsafe(`INSERT INTO ${name} (${list}) SELECT ${list} FROM json_populate_recordset(CAST(NULL AS ${name}), CAST(CAST($1 AS TEXT) AS JSON))`, [
      rows.text,
    ]);
    for (const column of columns.filter(({ identity }) => identity === "YES")) {
      await to.unsafe(`SELECT setval(pg_get_serial_sequence('${name}', '${column.name}'), GREATEST((SELECT MAX(${column.name}) FROM ${name}), 1))`);
    }
  }
}
