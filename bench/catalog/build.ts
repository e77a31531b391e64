import { Database } from "bun:sqlite";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SQL } from "bun";
import { Pool } from "../../src/storage/postgres/pool.ts";
import { postgresTransactor } from "../../src/storage/postgres/transactor.ts";
import { migrate } from "../../src/storage/sql/migrate.ts";
import { sqliteTransactor } from "../../src/storage/sqlite/batch.ts";
import { sqliteConnection } from "../../src/storage/sqlite/connection.ts";
import { type Bulk, postgresBulk, sqliteBulk } from "./bulk.ts";
import { plans } from "./plan.ts";
import { RepositoryRows } from "./repository-rows.ts";

type Say = (text: string) => void;

/** A SQLite database of this part of the full size; one that is there is used as it is. Returns its file. */
export async function buildSqlite(folder: string, scale: number, say: Say): Promise<string> {
  const path = join(folder, `catalog-${scale}.db`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.unfinished`;
  for (const suffix of ["", "-wal", "-shm"]) rmSync(unfinished + suffix, { force: true });
  const database = new Database(unfinished, { create: true, strict: true });
  try {
    await migrate(sqliteTransactor(database, sqliteConnection(database)));
    for (const pragma of ["journal_mode = OFF", "foreign_keys = OFF", "synchronous = OFF", "cache_size = -2000000", "temp_store = MEMORY"])
      database.run(`PRAGMA ${pragma}`);
    // Indexes are made when all is there: row by row takes several times as long.
    const listed = database.prepare<{ name: string; sql: string }, []>("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL");
    const indexes = listed.all();
    listed.finalize();
    for (const { name } of indexes) database.run(`DROP INDEX ${name}`);
    await fill(sqliteBulk(database), scale, say, {
      begin: async () => void database.run("BEGIN"),
      commit: async () => void database.run("COMMIT"),
    });
    for (const { sql } of indexes) database.run(sql);
    database.run("PRAGMA journal_mode = WAL");
  } finally {
    database.close();
  }
  renameSync(unfinished, path);
  return path;
}

/** A PostgreSQL database of this part of the full size; one that is there is used as it is. Returns its address. */
export async function buildPostgres(server: string, scale: number, say: Say): Promise<string> {
  const name = `opm_bench_catalog_${String(scale).replace(".", "_")}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const administration = new SQL({ url: server, adapter: "postgres", max: 1 });
  try {
    const there = await administration.unsafe("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (there.length > 0) return url.href;
    await administration.unsafe(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  } finally {
    await administration.close();
  }
  await using migrating = new Pool({ url: url.href, connections: 1 });
  await migrate(postgresTransactor(migrating));
  const pool = new SQL({ url: url.href, adapter: "postgres", max: 1 });
  try {
    await pool.unsafe("SET session_replication_role = replica");
    await fill(postgresBulk(pool), scale, say, {
      begin: async () => void (await pool.unsafe("BEGIN")),
      commit: async () => void (await pool.unsafe("COMMIT")),
    });
    for (const table of ["namespace", "project", "repository", "media_type", "content", "manifest", "term", "search_word"]) {
      await pool.unsafe(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT MAX(id) FROM ${table}))`);
    }
    await pool.unsafe("VACUUM ANALYZE");
  } finally {
    await pool.close();
  }
  return url.href;
}

interface Transactions {
  begin(): Promise<void>;
  commit(): Promise<void>;
}

/** Repositories of one transaction. */
const TOGETHER = 2000;

async function fill(bulk: Bulk, scale: number, say: Say, { begin, commit }: Transactions): Promise<void> {
  const rows = new RepositoryRows(bulk);
  const started = Date.now();
  let count = 0;
  await begin();
  for (const plan of plans(scale)) {
    rows.write(plan);
    await bulk.drain(false);
    if (++count % TOGETHER !== 0) continue;
    await bulk.drain(true);
    await commit();
    await begin();
    say(`  ${count} repositories, ${rows.tags} tags, ${rows.manifests.count} manifests, ${Math.round((Date.now() - started) / 1000)} s`);
  }
  await bulk.drain(true);
  await commit();
  say(`built ${count} repositories, ${rows.tags} tags, ${rows.manifests.count} manifests in ${Math.round((Date.now() - started) / 1000)} s`);
}
