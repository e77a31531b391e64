import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQL } from "bun";
import { postgresSuite } from "../../test/support/postgres-suite.ts";
import type { Digest } from "../oci/digest.ts";
import { compareStores } from "../registry/store-identity.ts";
import { newContent } from "../registry/testing/fixture.ts";
import { openFilesystemStore } from "../storage/filesystem/filesystem-store.ts";
import { Pool } from "../storage/postgres/pool.ts";
import { postgresTransactor } from "../storage/postgres/transactor.ts";
import { CONTENT } from "../storage/sql/engine/codes.ts";
import type { Transactor } from "../storage/sql/engine/executor.ts";
import { migrate } from "../storage/sql/migrate.ts";
import { MIGRATIONS } from "../storage/sql/schema/migrations.ts";
import { sqliteTransactor } from "../storage/sqlite/batch.ts";
import { openWriteConnection, sqliteConnection } from "../storage/sqlite/connection.ts";
import { sourceOf } from "../storage/testing/content.ts";
import { openStores } from "./open-stores.ts";
import { type Config, configSchema } from "./schema.ts";

/** The schema of the last version without identities. */
const BEFORE = (MIGRATIONS.find(({ name }) => name === "content claim")?.version ?? 0) - 1;

const LONG_AGO = Date.UTC(2026, 0, 1);

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "opm-upgrade-"));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** A registry with one blob, as that version left it, and one content that a scrub of that version announced. */
async function leave(database: Transactor): Promise<{ pushed: Digest; announced: Digest }> {
  await migrate(database, { target: BEFORE });
  const content = await openFilesystemStore({ path: join(data, "content"), durability: "relaxed" });
  const [blob, other] = [newContent(), newContent()];
  for (const { digest, bytes } of [blob, other]) await content.write(digest, sourceOf(bytes));
  await content.close();
  // As that version wrote it: today's statements know columns that it does not have.
  await database.transaction(async (x) => {
    for (const statement of [
      "INSERT INTO namespace (id, name) VALUES (1, 'a')",
      "INSERT INTO project (id, namespace_id, name) VALUES (1, 1, '_')",
      `INSERT INTO repository (id, project_id, name, revision, created_at, updated_at) VALUES (1, 1, 'a/b', 0, ${LONG_AGO}, ${LONG_AGO})`,
      `INSERT INTO content (id, digest, size, state, reserved_until) VALUES (1, '${blob.digest}', ${blob.bytes.length}, ${CONTENT.linked}, ${LONG_AGO}),
         (2, '${other.digest}', 0, ${CONTENT.reserved}, ${LONG_AGO})`,
      `INSERT INTO blob_link (repository_id, content_id, linked_at, renewed_at, loose) VALUES (1, 1, ${LONG_AGO}, ${LONG_AGO}, 1)`,
    ]) {
      await x.run(statement);
    }
  });
  return { pushed: blob.digest, announced: other.digest };
}

async function upgrade(config: Config, database: Transactor): Promise<void> {
  const { announced } = await leave(database);
  const looked = await openStores(config, { create: false }).catch((error: unknown) => error);
  expect(looked).toMatchObject({ name: "MetadataStoreError", reason: "older-schema" });
  expect(existsSync(join(data, "content", "identity"))).toBe(false);
  const stores = await openStores(config, { create: true });
  try {
    expect(await compareStores(stores)).toBe("same");
    expect(await stores.metadata.collection.begin({ now: Date.now(), limit: 10 })).toEqual([]);
    expect(await stores.metadata.collection.knows({ digest: announced })).toBe(false);
  } finally {
    await stores.close();
  }
  const again = await openStores(config, { create: false });
  expect(await compareStores(again)).toBe("same");
  await again.close();
}

/** The database of that version without the content that belongs to it. */
async function refuse(config: Config, database: Transactor): Promise<void> {
  await leave(database);
  rmSync(join(data, "content"), { recursive: true });
  expect(await openStores(config, { create: true }).catch((error: unknown) => error)).toMatchObject({ name: "StoreIdentityError" });
  expect(existsSync(join(data, "content", "identity"))).toBe(false);
}

describe("a registry of the version without identities: sqlite", () => {
  const config = () => configSchema.parse({ data });
  const withDatabase = async (use: (config: Config, database: Transactor) => Promise<void>): Promise<void> => {
    const database = openWriteConnection(join(data, "metadata.db"));
    try {
      await use(config(), sqliteTransactor(database, sqliteConnection(database)));
    } finally {
      database.close();
    }
  };
  test("is adopted by a server, and by nothing else", () => withDatabase(upgrade));
  test("is refused without its content", () => withDatabase(refuse));
});

postgresSuite((newDatabase) => {
  describe("a registry of the version without identities: postgres", () => {
    const withDatabase = async (use: (config: Config, database: Transactor) => Promise<void>): Promise<void> => {
      const url = await newDatabase();
      await using pool = new Pool({ url, connections: 1 });
      await use(configSchema.parse({ data, storage: { metadata: { driver: "postgres", url } } }), postgresTransactor(pool));
    };
    test("is adopted by a server, and by nothing else", () => withDatabase(upgrade), 30_000);
    test("is refused without its content", () => withDatabase(refuse), 30_000);

    test("an empty database is none, and stays empty", async () => {
      const url = await newDatabase();
      const config = configSchema.parse({ data, storage: { metadata: { driver: "postgres", url } } });
      const error = await openStores(config, { create: false }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ reason: "absent" });
      await using pool = new SQL({ url, adapter: "postgres", max: 1 });
      expect(await pool.unsafe("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toHaveLength(0);
    }, 60_000);
  });
});
