import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byDigest, type StoreByDigest } from "../testing/by-digest.ts";
import { contentOf, messageOf, readAll, reasonOf, sourceOf } from "../testing/content.ts";
import { openFilesystemStore } from "./filesystem-store.ts";
import { nodeFiles } from "./node-files.ts";
import { type FaultyFiles, faultyFiles, type Operation } from "./testing/faulty-files.ts";

const MIB = 1024 * 1024;

describe("a failing disk", () => {
  let path: string;
  let files: FaultyFiles;
  let store: StoreByDigest;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "content-faults-"));
    files = faultyFiles(nodeFiles);
    store = byDigest(await openFilesystemStore({ path, durability: "full", files }));
  });

  afterEach(async () => {
    files.fail(undefined);
    await store.close();
    expect(files.openHandles).toBe(0);
    await rm(path, { recursive: true });
  });

  for (const code of ["ENOSPC", "EDQUOT", "EFBIG"]) {
    for (const [size, after] of [
      [10, 0],
      [100_000, 0],
      [2 * MIB, 0],
      [2 * MIB, 2],
    ] as const) {
      test(`${code} while ${size} bytes are appended, at write ${after}`, async () => {
        const { bytes, digest } = contentOf(1000 + size);
        const id = randomUUID();
        await store.createUpload(id, "sha256");
        await store.appendUpload(id, 0, sourceOf(bytes.subarray(0, 1000)));
        files.fail("write", code, after);
        expect(await reasonOf(store.appendUpload(id, 1000, sourceOf(bytes.subarray(1000))))).toBe("no-space");
        expect(await store.uploadSize(id)).toBe(1000);
        files.fail(undefined);
        await store.appendUpload(id, 1000, sourceOf(bytes.subarray(1000)));
        expect(await store.finishUpload(id, digest)).toBe(bytes.length);
        expect(await readAll(await store.read(digest))).toEqual(bytes);
      });
    }
  }

  for (const operation of ["open", "write", "datasync", "rename", "syncFolder"] satisfies Operation[]) {
    for (const size of [10, 2 * MIB]) {
      test(`no room at ${operation} of a write of ${size} bytes leaves nothing behind and heals`, async () => {
        const { bytes, digest } = contentOf(size);
        files.fail(operation, "ENOSPC");
        expect(await reasonOf(store.write(digest, sourceOf(bytes)))).toBe("no-space");
        files.fail(undefined);
        expect(await Array.fromAsync(store.listUploads())).toEqual([]);
        expect(await store.write(digest, sourceOf(bytes))).toBe(size);
        expect(await readAll(await store.read(digest))).toEqual(bytes);
      });
    }
  }

  for (const operation of ["datasync", "rename", "syncFolder"] satisfies Operation[]) {
    test(`a failed finish at ${operation} may be tried again`, async () => {
      const { bytes, digest } = contentOf(MIB);
      const id = randomUUID();
      await store.createUpload(id, "sha256");
      await store.appendUpload(id, 0, sourceOf(bytes));
      files.fail(operation, "EIO");
      expect(await messageOf(store.finishUpload(id, digest))).toContain("EIO");
      files.fail(undefined);
      if (operation === "syncFolder") expect(await store.write(digest, sourceOf(bytes))).toBe(MIB);
      else expect(await store.finishUpload(id, digest)).toBe(MIB);
    });
  }

  test("an input error in the middle of an append keeps the bytes before it", async () => {
    const { bytes, digest } = contentOf(2 * MIB);
    const id = randomUUID();
    await store.createUpload(id, "sha256");
    files.fail("write", "EIO", 3);
    expect(await messageOf(store.appendUpload(id, 0, sourceOf(bytes, 100_000)))).toContain("EIO");
    files.fail(undefined);
    const kept = (await store.uploadSize(id)) ?? 0;
    expect(kept).toBe(300_000);
    await store.appendUpload(id, kept, sourceOf(bytes.subarray(kept)));
    expect(await store.finishUpload(id, digest)).toBe(2 * MIB);
  });

  test("is not ready while nothing can be written", async () => {
    files.fail("open", "EROFS");
    expect(await messageOf(store.check())).toContain("EROFS");
  });

  test("content whose file lost bytes is an error, not an answer, and the next push repairs it", async () => {
    const { bytes, digest } = contentOf(1000);
    await store.write(digest, sourceOf(bytes));
    const hex = digest.slice("sha256:".length);
    await writeFile(join(path, "blobs", "sha256", hex.slice(0, 2), hex), bytes.subarray(0, 500));
    const fresh = byDigest(await openFilesystemStore({ path, durability: "full", cacheBytes: 0 }));
    expect(await messageOf(Promise.resolve(fresh.locate(digest, 1000)))).toContain("scrub");
    await fresh.write(digest, sourceOf(bytes));
    expect(await fresh.locate(digest, 1000)).toMatchObject({ kind: "bytes", size: 1000 });
    await fresh.close();
  });
});
