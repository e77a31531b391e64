import { expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { ContentStoreError } from "../content-store.ts";
import type { FixtureByDigest, StoreByDigest } from "./by-digest.ts";
import { bytesOf, contentOf, hangingSource, messageOf, readAll, reasonOf, sourceOf } from "./content.ts";

const MIB = 1024 * 1024;

export function restartCases(fixture: () => FixtureByDigest): void {
  test("content and uploads are there after a restart", async () => {
    const { bytes, digest } = contentOf(1000);
    await fixture().store.write(digest, sourceOf(bytes));
    for (const size of [10, MIB]) {
      const upload = contentOf(2 * size);
      const id = randomUUID();
      const first = await another(fixture());
      await first.createUpload(id, "sha256");
      await first.appendUpload(id, 0, sourceOf(upload.bytes.subarray(0, size)));
      await first.close();
      const second = await another(fixture());
      expect(await readAll(await second.read(digest))).toEqual(bytes);
      expect(await second.uploadSize(id)).toBe(size);
      await second.appendUpload(id, size, sourceOf(upload.bytes.subarray(size)));
      expect(await second.finishUpload(id, upload.digest)).toBe(2 * size);
      expect(await readAll(await fixture().store.read(upload.digest))).toEqual(upload.bytes);
    }
  });

  test("the identity is there after a restart, and one for all", async () => {
    const stores = [fixture().store, await another(fixture()), await another(fixture())];
    const claimed = await Promise.all(stores.map((store) => store.claim(randomUUID())));
    expect(new Set(claimed).size).toBe(1);
    expect(await (await another(fixture())).identity()).toBe(claimed[0] ?? "");
  });

  test("requests of one upload that reach two processes in turn", async () => {
    const { bytes, digest } = contentOf(MIB);
    const stores = [fixture().store, await another(fixture())];
    const id = randomUUID();
    await fixture().store.createUpload(id, "sha256");
    for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
      const store = stores[turn % 2] ?? fixture().store;
      offset = await store.appendUpload(id, offset, sourceOf(bytes.subarray(offset, offset + 300_000)));
    }
    expect(await fixture().store.finishUpload(id, digest)).toBe(MIB);
    expect(await fixture().store.uploadSize(id)).toBeUndefined();
  });

  test("another process's change of staged bytes is noticed before they are finished", async () => {
    const mine = contentOf(1000, 1);
    const other = await another(fixture());
    const id = randomUUID();
    await fixture().store.createUpload(id, "sha256");
    await fixture().store.appendUpload(id, 0, sourceOf(mine.bytes));
    await other.truncateUpload(id, 0);
    await other.appendUpload(id, 0, sourceOf(bytesOf(1000, 2)));
    expect(await reasonOf(fixture().store.finishUpload(id, mine.digest))).toBe("digest-mismatch");
    expect(await fixture().store.stat(mine.digest)).toBeUndefined();
  });

  test("an upload that another process finished cannot be written to any more", async () => {
    const { bytes, digest } = contentOf(1000);
    const other = await another(fixture());
    const id = randomUUID();
    await fixture().store.createUpload(id, "sha256");
    await other.appendUpload(id, 0, sourceOf(bytes));
    await other.finishUpload(id, digest);
    expect(await reasonOf(fixture().store.appendUpload(id, 1000, sourceOf(bytes)))).toBe("upload-unknown");
    expect(await readAll(await fixture().store.read(digest))).toEqual(bytes);
  });

  test("two processes never write to one upload at once", async () => {
    const { bytes, digest } = contentOf(100);
    const other = await another(fixture());
    const id = randomUUID();
    const controller = new AbortController();
    const silent = Promise.withResolvers<void>();
    await fixture().store.createUpload(id, "sha256");
    const first = fixture().store.appendUpload(id, 0, hangingSource(bytes, silent.resolve), { signal: controller.signal });
    await silent.promise;
    const second = served(() => other.appendUpload(id, 100, sourceOf(bytesOf(5))));
    controller.abort(new Error("over"));
    expect(await messageOf(first)).toContain("over");
    expect(await second).toBe(105);
    expect(await reasonOf(fixture().store.finishUpload(id, digest))).toBe("digest-mismatch");
  });

  test("another process goes on with an upload whose source has fallen silent, and nothing of that lands afterwards", async () => {
    const { bytes, digest } = contentOf(1000);
    const other = await another(fixture());
    const id = randomUUID();
    const silent = Promise.withResolvers<void>();
    await fixture().store.createUpload(id, "sha256");
    const first = reasonOf(fixture().store.appendUpload(id, 0, hangingSource(bytes.subarray(0, 400), silent.resolve)));
    await silent.promise;
    for (const end = Date.now() + 50_000; (await other.uploadSize(id)) !== 400; await Bun.sleep(5)) if (Date.now() > end) throw new Error("never 400 bytes");
    expect(await other.appendUpload(id, 400, sourceOf(bytes.subarray(400)))).toBe(1000);
    expect(await first).toBe("taken-over");
    expect(await other.finishUpload(id, digest)).toBe(1000);
    const uploads: string[] = [];
    for await (const staged of other.listUploads()) uploads.push(staged.id);
    expect(uploads).toEqual([]);
  });

  test("the same content written by two processes at once", async () => {
    const other = await another(fixture());
    const contents = Array.from({ length: 20 }, (_, index) => contentOf(1 + index * 9000, index));
    await Promise.all(contents.flatMap(({ bytes, digest }) => [fixture().store.write(digest, sourceOf(bytes)), other.write(digest, sourceOf(bytes))]));
    for (const { bytes, digest } of contents) expect(await readAll(await other.read(digest))).toEqual(bytes);
  });
}

async function another(fixture: FixtureByDigest): Promise<StoreByDigest> {
  if (fixture.reopen === undefined) throw new Error("a persistent driver must offer to reopen its store");
  return fixture.reopen();
}

/** Tries again while another process is at the upload. */
async function served<T>(request: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 50_000; ; await Bun.sleep(5)) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ContentStoreError && error.reason === "offset-mismatch") || Date.now() > end) throw error;
    }
  }
}
