import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MetadataStoreError } from "../metadata/error.ts";
import { metadataStoreSuite } from "../metadata/store.suite.ts";
import { bindStore } from "../sql/bind-store.ts";
import { sqliteDialect } from "../sql/engine/dialects.ts";
import { executor } from "../sql/engine/executor.ts";
import { STATEMENTS } from "../sql/engine/statement.ts";
import { migrate } from "../sql/migrate.ts";
import { checkedRows } from "../sql/testing/checked-rows.ts";
import { sqliteTransactor } from "./batch.ts";
import { openReadConnection, openWriteConnection, sqliteRun } from "./connection.ts";
import { checkedConnection } from "./testing/checked-connection.ts";

/** All statements, written before the first of them runs. */
const written = STATEMENTS.all().length;

/** The store in one thread, so that every row passes here. */
metadataStoreSuite("sqlite, with an eye on each row", async () => {
  const folder = mkdtempSync(join(tmpdir(), "opm-rows-"));
  const path = join(folder, "metadata.db");
  const database = openWriteConnection(path);
  const transactor = sqliteTransactor(database, checkedConnection(database));
  await migrate(transactor);
  const questions = openReadConnection(path);
  let last: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (closing !== undefined) throw new MetadataStoreError("closed", "the metadata store is closed");
  };
  const run = checkedRows(sqliteRun(questions));
  const store = bindStore({
    reader: executor(sqliteDialect, async (statement, values) => {
      assertOpen();
      return run(statement, values);
    }),
    write: async ({ run: change }, parameters) => {
      assertOpen();
      const done = last.then(() => transactor.transaction(async (x) => change(x, ...parameters)));
      last = done.catch(() => undefined);
      return done;
    },
    check: async () => assertOpen(),
    close: () => {
      closing ??= last.then(() => {
        questions.close();
        database.close();
      });
      return closing;
    },
  });
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { store, close };
});

test("no statement is put together while the store works", () => {
  expect(STATEMENTS.all()).toHaveLength(written);
});
