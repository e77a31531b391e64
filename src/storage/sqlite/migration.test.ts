import { afterEach, describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogMigrationCases } from "../sql/testing/catalog-migration-cases.ts";
import { migrationCases } from "../sql/testing/migration-cases.ts";
import { sqliteTransactor } from "./batch.ts";
import { openWriteConnection, sqliteConnection } from "./connection.ts";
import { WriterThread } from "./writer-thread.ts";

describe("migrations: sqlite", () => {
  const cleanups: (() => void)[] = [];
  afterEach(() => {
    for (const cleanup of cleanups.splice(0).reverse()) cleanup();
  });

  const connect = (path: string) => {
    const database = openWriteConnection(path);
    cleanups.push(() => database.close());
    const x = sqliteConnection(database);
    return { ...sqliteTransactor(database, x), x };
  };

  const open = async () => {
    const folder = mkdtempSync(join(tmpdir(), "opm-migration-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "metadata.db");
    const migrateElsewhere = async () => (await WriterThread.open(path, false)).close();
    return { ...connect(path), migrateElsewhere };
  };
  migrationCases(open);
  catalogMigrationCases(open);
});
