import { MetadataStoreError } from "../metadata/error.ts";
import { integer } from "./engine/columns.ts";
import { type Connection, type Executor, queryOne, type Transactor } from "./engine/executor.ts";
import { byDialect, sql } from "./engine/sql.ts";
import { command, rowsOf } from "./engine/statement.ts";
import { tables } from "./engine/tables.ts";
import { columnTypes } from "./schema/column-types.ts";
import type { Migration } from "./schema/migration.ts";
import { MIGRATIONS } from "./schema/migrations.ts";

/** Any number that no other program on the same PostgreSQL database is likely to use: "opm" in ASCII. */
const ADVISORY_LOCK = 0x6f706d;

/** Where transactions overlap, one at a time. */
const LOCK = rowsOf(
  { taken: integer },
  () =>
    sql`SELECT ${byDialect(({ name }) =>
      name === "sqlite" ? sql`1` : sql`CASE WHEN pg_try_advisory_xact_lock(${ADVISORY_LOCK}) THEN 1 ELSE 0 END`,
    )} AS taken`,
);
const TABLE = rowsOf(
  { there: integer },
  () =>
    sql`SELECT 1 AS there FROM ${byDialect(({ name }) =>
      name === "sqlite" ? sql`sqlite_master WHERE type = 'table' AND name = 'schema_migration'` : sql`pg_class WHERE oid = to_regclass('schema_migration')`,
    )}`,
);
const VERSION = rowsOf({ version: tables.schema_migration.version }, () => sql`SELECT COALESCE(MAX(version), 0) AS version FROM schema_migration`);
const MINIMUM = rowsOf({ minimum: tables.schema_program.minimum }, () => sql`SELECT minimum FROM schema_program`);
const REQUIRE = command(() => sql`UPDATE schema_program SET minimum = ${"minimum"}`);
const DONE = command(() => sql`INSERT INTO schema_migration (version, name) VALUES (${"version"}, ${"name"})`);

/** Milliseconds between two looks whether another process has ended its migration, and from one word about the waiting to the next. */
const LOOK = 200;
const NEWS = 10_000;

/** Told again and again while another process holds the database, e.g. for its migration: how long that has been, in seconds. */
export type Waiting = (seconds: number) => void;

/**
 * Brings the schema to the version of this program: one transaction a step, and one alone for an empty database, which waits for the disk
 * once. Several processes may do so at once: one waits for the other, however long that takes.
 * @param target stop at this version; for tests of the steps
 * @throws MetadataStoreError `newer-schema` when a later program has changed the database and asks for more than this one knows; `in-use`
 * when another program must be stopped first
 */
export async function migrate(database: Transactor, target: number = MIGRATIONS.length, waiting: Waiting = () => undefined): Promise<void> {
  const since = performance.now();
  let told = since;
  for (let version = -1; version < target; ) {
    const reached = await database.transaction((x) => advance(x, target));
    if (reached !== undefined) {
      version = reached;
      continue;
    }
    await Bun.sleep(LOOK / 2 + Math.random() * LOOK);
    if (performance.now() - told < NEWS) continue;
    told = performance.now();
    waiting(Math.round((told - since) / 1000));
  }
}

/**
 * Whether the schema is one that this program works with. Neither locks nor waits.
 * @throws MetadataStoreError `newer-schema`
 */
export async function isCurrent(x: Executor): Promise<boolean> {
  try {
    await assertCurrent(x);
    return true;
  } catch (error) {
    if (error instanceof MetadataStoreError && (error.reason === "absent" || error.reason === "older-schema")) return false;
    throw error;
  }
}

/**
 * Looks whether the schema is one that this program works with, its own or a later one that only adds to it, and changes nothing.
 * @throws MetadataStoreError `absent`, `older-schema`, `newer-schema`
 */
export async function assertCurrent(x: Executor): Promise<void> {
  const table = await x.query(TABLE);
  if (table.length === 0) throw new MetadataStoreError("absent", "the metadata database is empty: name that of the registry, or restore it from a backup");
  const version = await schemaVersion(x);
  await assertKnown(x, version);
  if (version < MIGRATIONS.length) {
    throw new MetadataStoreError(
      "older-schema",
      `the metadata database has schema version ${version}, this program ${MIGRATIONS.length}: start \`opm serve\` of this program once, which brings it up to date, or use the program of before`,
    );
  }
}

/** The version that the last step left. */
export async function schemaVersion(x: Executor): Promise<number> {
  const row = await queryOne(x, VERSION);
  return row?.version ?? 0;
}

/** @throws MetadataStoreError `newer-schema` when a program must know more than this one does */
async function assertKnown(x: Executor, version: number): Promise<void> {
  if (version <= MIGRATIONS.length) return;
  const minimum = (await queryOne(x, MINIMUM))?.minimum ?? version;
  if (minimum <= MIGRATIONS.length) return;
  throw new MetadataStoreError(
    "newer-schema",
    `the metadata database has schema version ${version} and asks for programs that know ${minimum}, this one knows ${MIGRATIONS.length}: start the newer program, or restore a copy of the database from before the upgrade`,
  );
}

/** Applies the next step, to an empty database every one. Returns the version afterwards; undefined while another process is at it. */
async function advance(x: Connection, target: number): Promise<number | undefined> {
  if ((await queryOne(x, LOCK))?.taken !== 1) return undefined;
  await x.run("CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL)");
  const version = await schemaVersion(x);
  await assertKnown(x, version);
  const steps = MIGRATIONS.slice(version, version === 0 ? target : Math.min(version + 1, target));
  for (const migration of steps) await apply(x, migration);
  return version + steps.length;
}

async function apply(x: Connection, migration: Migration): Promise<void> {
  const step = { dialect: x.dialect, query: x.run };
  const obstacle = await migration.obstacle?.(step);
  if (obstacle !== undefined) throw new MetadataStoreError("in-use", obstacle);
  for (const statement of migration.statements(columnTypes(x.dialect.name), x.dialect.name)) await x.run(statement);
  await migration.complete?.(step);
  if (migration.minimumProgram !== undefined) x.send(REQUIRE, { minimum: migration.minimumProgram });
  x.send(DONE, { version: migration.version, name: migration.name });
}
