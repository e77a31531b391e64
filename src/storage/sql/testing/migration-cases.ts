import { expect, test } from "bun:test";
import { MetadataStoreError } from "../../metadata/error.ts";
import { ACTOR, NOW, newSession, unknownDigest } from "../../metadata/testing/fixture.ts";
import { portsOn } from "../../metadata/testing/ports-on.ts";
import type { Connection, Transactor } from "../engine/executor.ts";
import { isCurrent, migrate } from "../migrate.ts";
import type { BesideStep } from "../schema/migration.ts";
import { MIGRATIONS } from "../schema/migrations.ts";

/** A database without a schema. `x` runs statements outside of transactions. */
export interface EmptyDatabase extends Transactor {
  readonly x: Connection;
  /** Connects to the same database once more, as another process would, brings it up to date and closes. */
  readonly migrateElsewhere: () => Promise<void>;
}

export function migrationCases(open: () => Promise<EmptyDatabase>): void {
  const versions = async ({ x }: EmptyDatabase): Promise<number[]> =>
    (await x.run<{ version: number }>("SELECT version FROM schema_migration ORDER BY version")).map((row) => row.version);
  const all = MIGRATIONS.map((migration) => migration.version);

  test("versions count from 1 without a gap", () => {
    expect(all).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  test("an empty database gets the whole schema, once", async () => {
    const database = await open();
    await migrate(database);
    await migrate(database);
    expect(await versions(database)).toEqual(all);
  });

  test("a database of the version before is brought up to date with its content", async () => {
    const database = await open();
    await migrate(database, { target: 1 });
    expect(await versions(database)).toEqual([1]);
    const { x } = database;
    const session = newSession({ address: "" });
    const { id, repository, algorithm, owner, createdAt, expiresAt } = session;
    const digest = unknownDigest();
    await database.transaction(async (inner) => {
      await inner.run("INSERT INTO upload_session (id, repository, algorithm, owner, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)", [
        ...[id, repository, algorithm, owner],
        createdAt,
        expiresAt,
      ]);
      await portsOn(inner).blobs.reserve(digest, NOW, NOW);
    });
    await migrate(database);
    expect(await versions(database)).toEqual(all);
    expect(await portsOn(x).uploads.find(id)).toEqual({ ...session, activeAt: createdAt });
    // What was announced only may have been announced by a scrub that did not know it.
    expect(await portsOn(x).collection.knows({ digest })).toBe(false);
    await database.transaction((inner) => portsOn(inner).audit.append([{ at: NOW, actor: ACTOR, action: "login" }]));
    expect(await portsOn(x).audit.list({ limit: 10 })).toHaveLength(1);
  });

  test("a step that fails leaves nothing behind", async () => {
    const database = await open();
    await migrate(database, { target: 1 });
    await database.x.run("CREATE TABLE audit_subject (id INTEGER)");
    const failed = await Promise.allSettled([migrate(database)]);
    expect(failed[0]?.status).toBe("rejected");
    expect(await versions(database)).toEqual([1]);
    await database.x.run("DROP TABLE audit_subject");
    await migrate(database);
    expect(await versions(database)).toEqual(all);
  });

  test.each([0, MIGRATIONS.length])("a step that may take long is a part of the upgrade of a database of version %d", async (from) => {
    const database = await open();
    if (from > 0) await migrate(database, { target: from });
    let batches = 0;
    const version = MIGRATIONS.length + 1;
    const indexes = [{ name: "test_index", unique: true, on: "media_type (name, id)" }];
    const step: BesideStep = { version, name: "test", fill: async () => ++batches < 3, indexes };
    await migrate(database, { migrations: [...MIGRATIONS, step] });
    expect(batches).toBe(3);
    expect(await versions(database)).toEqual([...all, version]);
    await expect(database.x.run("CREATE INDEX test_index ON media_type (id)")).rejects.toThrow("already exists");
  });

  test("several processes that start at once agree", async () => {
    const database = await open();
    await Promise.all(Array.from({ length: 4 }, () => database.migrateElsewhere()));
    expect(await versions(database)).toEqual(all);
  });

  test("the database of a newer program that only added to it serves this one, too", async () => {
    const database = await open();
    await migrate(database);
    const newer = MIGRATIONS.length + 1;
    await database.x.run("INSERT INTO schema_migration (version, name) VALUES ($1, 'future')", [newer]);
    expect(await isCurrent(database.x)).toBe(true);
    await migrate(database);
    await database.migrateElsewhere();
    expect(await versions(database)).toEqual([...all, newer]);
  });

  test("the database that asks for a newer program is refused and left as it is", async () => {
    const database = await open();
    await migrate(database);
    const newer = MIGRATIONS.length + 1;
    await database.x.run("INSERT INTO schema_migration (version, name) VALUES ($1, 'future')", [newer]);
    await database.x.run("UPDATE schema_program SET minimum = $1", [newer]);
    const error = await migrate(database).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MetadataStoreError);
    expect(error).toMatchObject({ reason: "newer-schema", message: expect.stringContaining(`schema version ${newer}`) });
    expect(await versions(database)).toEqual([...all, newer]);
  });

  test("the database itself refuses to change or remove entries of the audit record", async () => {
    const database = await open();
    await migrate(database);
    const { x } = database;
    await portsOn(x).audit.append([{ at: NOW, actor: ACTOR, action: "login" }]);
    for (const statement of ["UPDATE audit SET subject = 'mallory'", "DELETE FROM audit"]) {
      const error = await x.run(statement).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ message: expect.stringContaining("append-only") });
    }
    expect(await portsOn(x).audit.list({ limit: 10 })).toMatchObject([{ actor: { subject: ACTOR.subject } }]);
  });
}
