import type { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../sql/engine/executor.ts";
import { type BatchCall, runBatch } from "./batch.ts";
import { openWriteConnection, sqliteConnection } from "./connection.ts";
import { receiveError, sendError } from "./writer-protocol.ts";

describe("group commit", () => {
  let folder: string;
  let database: Database;
  let x: Connection;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "opm-batch-"));
    database = openWriteConnection(join(folder, "metadata.db"));
    x = sqliteConnection(database);
    database.run("CREATE TABLE entry (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
  });

  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const insert = (id: number, text: string | null, relaxed = false): BatchCall => ({
    relaxed,
    run: (inner) => inner.run("INSERT INTO entry (id, text) VALUES ($1, $2) RETURNING id", [id, text]),
  });
  const ids = () => database.query<{ id: number }, []>("SELECT id FROM entry ORDER BY id").all();
  const synchronous = () => database.query<{ synchronous: number }, []>("PRAGMA synchronous").get()?.synchronous;

  test("a call that fails is undone alone, its earlier statements included", async () => {
    const half: BatchCall = {
      relaxed: false,
      run: async (inner) => {
        await inner.run("INSERT INTO entry (id, text) VALUES (2, 'half')");
        throw new Error("on purpose");
      },
    };
    const outcomes = await runBatch(database, x, [insert(1, "a"), half, insert(3, null), insert(4, "d")], true);
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, false, true]);
    expect(outcomes[0]).toEqual({ ok: true, value: [{ id: 1 }] });
    expect(ids()).toEqual([{ id: 1 }, { id: 4 }]);
    expect(database.inTransaction).toBe(false);
  });

  test("the disk is waited for when a call asks for it, and durability is full", async () => {
    const [normal, full] = [1, 2];
    await runBatch(database, x, [insert(1, "a", true), insert(2, "b", true)], true);
    expect(synchronous()).toBe(normal);
    await runBatch(database, x, [insert(3, "c", true), insert(4, "d")], true);
    expect(synchronous()).toBe(full);
    await runBatch(database, x, [insert(5, "e")], false);
    expect(synchronous()).toBe(normal);
  });

  test("a full disk fails the calls, keeps what was committed, and is overcome", async () => {
    await runBatch(database, x, [insert(1, "a")], true);
    const pages = database.query<{ page_count: number }, []>("PRAGMA page_count").get()?.page_count ?? 0;
    database.run(`PRAGMA max_page_count = ${pages + 2}`);
    const outcomes = await runBatch(database, x, [insert(2, "b"), insert(3, "c".repeat(100_000))], true);
    const failed = outcomes.filter((outcome) => !outcome.ok).map((outcome) => receiveError(sendError(outcome.error)));
    expect(failed.length).toBeGreaterThan(0);
    for (const error of failed) expect(error).toMatchObject({ name: "MetadataStoreError", reason: "no-space" });
    expect(ids()).toEqual([1, 2].slice(0, 3 - failed.length).map((id) => ({ id })));
    expect(database.inTransaction).toBe(false);
    database.run("PRAGMA max_page_count = 1000000");
    expect(await runBatch(database, x, [insert(4, "d".repeat(100_000))], true)).toMatchObject([{ ok: true }]);
  });

  test("another process's lock is waited for, and in the end reported", async () => {
    database.run("PRAGMA busy_timeout = 10");
    const other = openWriteConnection(join(folder, "metadata.db"));
    try {
      other.run("BEGIN IMMEDIATE");
      const [outcome] = await runBatch(database, x, [insert(1, "a")], true);
      expect(outcome?.ok).toBe(false);
      expect(outcome?.ok === false && receiveError(sendError(outcome.error))).toMatchObject({ reason: "busy" });
      other.run("COMMIT");
      expect(await runBatch(database, x, [insert(1, "a")], true)).toMatchObject([{ ok: true }]);
    } finally {
      other.close();
    }
  });
});
