import { MetadataStoreError } from "../metadata/error.ts";
import { applyBeside, applyStep, isBeside, type MigrationDatabase } from "./apply-step.ts";
import { integer } from "./engine/columns.ts";
import { type Connection, type Executor, queryOne, type Transactor } from "./engine/executor.ts";
import { byDialect, sql } from "./engine/sql.ts";
import { command, rowsOf } from "./engine/statement.ts";
import { tables } from "./engine/tables.ts";
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

/**
 * Milliseconds from the word that programs must know more to the step that asks for it: they look once a second, and what they had begun
 * holds rows that the step waits for.
 */
const GRACE = 5000;

/** Milliseconds that a step waits for a lock, and all who come after it with it: then it is tried again. */
const LOCK_LIMIT = 3000;

/** The version from which on a database says what programs must know. */
const SAYS_MINIMUM = 12;

/** How long it takes so far, and which step is under way; without one, another process holds the database, e.g. for its migration. */
export interface MigrationNews {
  readonly seconds: number;
  readonly step?: string | undefined;
}

export interface MigrationOptions {
  /** Stop at this version; for tests of the steps. */
  readonly target?: number | undefined;
  /** Told every ten seconds. */
  readonly tell?: ((news: MigrationNews) => void) | undefined;
  /** Those of this program; others in tests. */
  readonly migrations?: readonly Migration[];
  /** Milliseconds: see `GRACE` and `LOCK_LIMIT`. */
  readonly grace?: number;
  readonly lockLimit?: number;
}

/**
 * Brings the schema to the version of this program: one transaction a step, and one alone for an empty database, which waits for the disk
 * once. Several processes may do so at once: one waits for the other, however long that takes.
 * @throws MetadataStoreError `newer-schema` when a later program has changed the database and asks for more than this one knows; `in-use`
 * when another program must be stopped first
 */
export async function migrate(database: MigrationDatabase, options: MigrationOptions = {}): Promise<void> {
  const { migrations = MIGRATIONS, target = migrations.length, tell = () => undefined, grace = GRACE, lockLimit = LOCK_LIMIT } = options;
  const since = performance.now();
  let step: string | undefined;
  const seconds = (): number => Math.round((performance.now() - since) / 1000);
  const news = setInterval(() => tell({ seconds: seconds(), step }), NEWS);
  try {
    for (let version = -1; version < target; ) {
      const reached = await advance(database, { migrations, target, grace, lockLimit, begun: (name) => (step = name) }).catch((error: unknown) => {
        if (database.missedLock?.(error) !== true) throw error;
        return undefined;
      });
      step = undefined;
      version = reached ?? version;
      if (reached === undefined) await Bun.sleep(LOOK / 2 + Math.random() * LOOK);
    }
  } finally {
    clearInterval(news);
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

/**
 * Looks whether the schema is of exactly this version: whoever copies tables must know all of their columns.
 * @throws MetadataStoreError `newer-schema`
 */
export async function assertVersion(x: Executor, wanted: number): Promise<void> {
  const version = await schemaVersion(x);
  if (version === wanted) return;
  throw new MetadataStoreError(
    "newer-schema",
    `the metadata database has schema version ${version}, where ${wanted} is needed: use the program that made it, or an empty database`,
  );
}

/** The version that the last step left. */
export async function schemaVersion(x: Executor): Promise<number> {
  const row = await queryOne(x, VERSION);
  return row?.version ?? 0;
}

/** @throws MetadataStoreError `newer-schema` when a program must know more than this one does */
async function assertKnown(x: Executor, version: number, known = MIGRATIONS.length): Promise<void> {
  if (version <= known) return;
  const minimum = (await queryOne(x, MINIMUM))?.minimum ?? version;
  if (minimum <= known) return;
  throw new MetadataStoreError(
    "newer-schema",
    `the metadata database has schema version ${version} and asks for programs that know ${minimum}, this one knows ${known}: start the newer program, or restore a copy of the database from before the upgrade`,
  );
}

interface Advance extends Required<Pick<MigrationOptions, "migrations" | "grace" | "lockLimit">> {
  readonly target: number;
  readonly begun: (step: string) => void;
}

/** Applies the next step, to an empty database every one. Returns the version afterwards; undefined while another process is at it. */
function advance(database: MigrationDatabase, settings: Advance): Promise<number | undefined> {
  const { migrations, target, begun } = settings;
  return database.transaction(async (x) => {
    if ((await queryOne(x, LOCK))?.taken !== 1) return undefined;
    await x.run("CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL)");
    const version = await schemaVersion(x);
    await assertKnown(x, version, migrations.length);
    const steps = migrations.slice(version, version === 0 ? target : Math.min(version + 1, target));
    for (const step of steps) {
      begun(`${step.version} (${step.name})`);
      const { outside } = database;
      if (outside === undefined || version === 0) await applyStep(x, step);
      else await applyBesidePrograms({ ...database, outside }, x, step, settings);
      if (step.minimumProgram !== undefined) x.send(REQUIRE, { minimum: step.minimumProgram });
      x.send(DONE, { version: step.version, name: step.name });
    }
    return version + steps.length;
  });
}

/**
 * Applies a step while other programs work on the database. The transaction of `x` keeps further migrations out meanwhile. Those that know too
 * little are told before, and may go on when the step fails.
 */
async function applyBesidePrograms(
  database: Transactor & { readonly outside: Connection },
  x: Connection,
  step: Migration,
  { grace, lockLimit }: Advance,
): Promise<void> {
  const { minimumProgram, version } = step;
  const before = version > SAYS_MINIMUM && minimumProgram !== undefined ? await queryOne(x, MINIMUM) : undefined;
  const demand = (minimum: number): Promise<void> => database.transaction(async (y) => y.send(REQUIRE, { minimum }));
  if (before !== undefined && minimumProgram !== undefined) {
    await demand(minimumProgram);
    await Bun.sleep(grace);
  }
  try {
    // Also ends the snapshot of the question before, which an index that is built beside it would wait for.
    await x.run(`SET LOCAL lock_timeout = ${lockLimit}`);
    await (isBeside(step) ? applyBeside(database, database.outside, step) : applyStep(x, step));
  } catch (error) {
    if (before !== undefined) await demand(before.minimum);
    throw error;
  }
}
