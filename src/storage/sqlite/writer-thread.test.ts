import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWriteConnection } from "./connection.ts";
import { startWorker, WriterThread } from "./writer-thread.ts";

describe("the thread that writes", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "opm-writer-"));
    path = join(folder, "metadata.db");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("errors keep their class, reason and message on the way", async () => {
    const thread = await WriterThread.open(path, false);
    try {
      const error = await thread.call("audit.append", [[{ at: 1, actor: { subject: "a" }, action: null }]]).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ name: "SQLiteError", code: expect.stringContaining("SQLITE_CONSTRAINT"), message: expect.stringContaining("audit") });
    } finally {
      await thread.close();
    }
  });

  test("parameters that cannot be sent reject their call, and the next one is answered", async () => {
    const thread = await WriterThread.open(path, false);
    try {
      const [refused] = await Promise.allSettled([thread.call("audit.append", [() => undefined])]);
      expect(refused?.status).toBe("rejected");
      expect(await thread.call("ping", [])).toBeUndefined();
    } finally {
      await thread.close();
    }
  });

  test("an operation that it does not have rejects its call, and no other of the batch", async () => {
    const thread = await WriterThread.open(path, false);
    try {
      const [refused, answered] = await Promise.allSettled([thread.call("tags.paint", []), thread.call("ping", [])]);
      expect([refused.status, answered.status]).toEqual(["rejected", "fulfilled"]);
      expect(refused).toMatchObject({ reason: { message: expect.stringContaining("no operation tags.paint") } });
    } finally {
      await thread.close();
    }
  });

  test("when the thread fails, calls that wait and later ones are rejected", async () => {
    const worker = startWorker();
    const thread = await WriterThread.open(path, false, { worker });
    const other = openWriteConnection(path);
    // With the lock taken, no call can be answered before the thread ends.
    other.run("BEGIN IMMEDIATE");
    const waiting = [thread.call("ping", []), thread.call("ping", [])];
    worker.terminate();
    const outcomes = await Promise.allSettled(waiting);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { name: "MetadataStoreError", reason: "unavailable" } });
    }
    other.close();
    const later = await Promise.allSettled([thread.call("ping", [])]);
    expect(later).toMatchObject([{ status: "rejected", reason: { reason: "unavailable" } }]);
    await thread.close();
  });

  test("a thread that fails before the file is ready opens nothing", async () => {
    const worker = startWorker();
    const ended = new Promise<void>((resolve) => worker.addEventListener("close", () => resolve()));
    worker.terminate();
    const error = await WriterThread.open(path, false, { ready: ended, worker }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ reason: "unavailable" });
  });

  test("what keeps the file from being ready keeps it from being opened", async () => {
    const absent = new Error("there is no file");
    const error = await WriterThread.open(join(folder, "absent.db"), false, { ready: Promise.reject(absent) }).catch((reason: unknown) => reason);
    expect(error).toBe(absent);
    expect(existsSync(join(folder, "absent.db"))).toBe(false);
  });

  test("a call without an answer is given up after its time, while another process holds the file", async () => {
    const thread = await WriterThread.open(path, false, { limit: 300 });
    const other = openWriteConnection(path);
    try {
      other.run("BEGIN IMMEDIATE");
      const outcomes = await Promise.allSettled([thread.call("ping", []), thread.call("ping", [])]);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: { reason: "timeout" } });
      other.run("COMMIT");
      const deadline = Date.now() + 50_000;
      while ((await Promise.allSettled([thread.call("ping", [])]))[0]?.status === "rejected") expect(Date.now()).toBeLessThan(deadline);
    } finally {
      other.close();
      await thread.close();
    }
  }, 60_000);

  test("it waits for the migration of another process, beyond the limit of its calls", async () => {
    const other = openWriteConnection(path);
    try {
      other.run("BEGIN IMMEDIATE");
      let ended = false;
      const opening = WriterThread.open(path, false, { limit: 200 }).finally(() => {
        ended = true;
      });
      await Bun.sleep(1000);
      expect(ended).toBe(false);
      other.run("COMMIT");
      await (await opening).close();
    } finally {
      other.close();
    }
  }, 60_000);

  test("a file that is no database is refused", async () => {
    await Bun.write(path, "this is not a database, and long enough to be looked at as one".repeat(20));
    const error = await WriterThread.open(path, false).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: expect.stringContaining("SQLITE_NOTADB") });
  });
});
