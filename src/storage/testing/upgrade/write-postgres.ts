import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SQL } from "bun";
import { openPostgresStore } from "../../postgres/postgres-store.ts";
import { postgresTransactor } from "../../postgres/transactor.ts";
import { migrate } from "../../sql/migrate.ts";
import { tell, tellLeftovers } from "./tell.ts";

interface Server {
  createDatabase(): Promise<string>;
}

/** Writes `v<version>.sql`, the dump of a database of this program, or of an earlier version of its schema. */
export async function writePostgres(folder: string, earlier: number | undefined, server: Server, binaries: string): Promise<void> {
  const whole = await server.createDatabase();
  const store = await openPostgresStore({ url: whole, durability: "relaxed" });
  await tell(store, earlier ?? Number.POSITIVE_INFINITY);
  await tellLeftovers(store);
  await store.close();
  const url = earlier === undefined ? whole : await server.createDatabase();
  await using database = new SQL({ url, adapter: "postgres", max: 1, connection: { client_min_messages: "warning" } });
  if (earlier !== undefined) {
    await migrate(postgresTransactor(database), earlier);
    await copyRows(whole, database);
  }
  const [row] = await database.unsafe("SELECT MAX(version) AS version FROM schema_migration");
  const dump = Bun.spawnSync([join(binaries, "pg_dump"), "--no-owner", "--no-privileges", "--rows-per-insert=100", `--dbname=${url}`]);
  if (!dump.success) throw new Error(dump.stderr.toString());
  writeFileSync(join(folder, `v${row.version}.sql`), statementsOf(dump.stdout.toString()));
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
