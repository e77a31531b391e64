import { expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { StoreByDigest } from "./by-digest.ts";
import { brokenSource, bytesOf, contentOf, hangingSource, messageOf, readAll, reasonOf, sourceOf } from "./content.ts";

const MIB = 1024 * 1024;

export function uploadCases(store: () => StoreByDigest): void {
  for (const algorithm of ["sha256", "sha512"] as const) {
    for (const [size, piece] of [
      [0, 1],
      [1, 1],
      [3000, 1],
      [4096, 4096],
      [512 * 1024, 512 * 1024],
      [512 * 1024 + 1, 1000],
      [3 * MIB + 7, 70_001],
      [3 * MIB, 3 * MIB],
    ] as const) {
      test(`${size} bytes in pieces of ${piece}, ${algorithm}`, async () => {
        const { bytes, digest } = contentOf(size, 1, algorithm);
        const id = await staged(store(), algorithm);
        expect(await store().appendUpload(id, 0, sourceOf(bytes, piece))).toBe(size);
        expect(await store().uploadSize(id)).toBe(size);
        expect(await store().finishUpload(id, digest)).toBe(size);
        expect(await store().uploadSize(id)).toBeUndefined();
        expect(await readAll(await store().read(digest))).toEqual(bytes);
      });
    }
  }

  test("chunks of every size, one request each", async () => {
    const { bytes, digest } = contentOf(2 * MIB);
    const id = await staged(store());
    let offset = 0;
    for (const length of [1, 100_000, 200_000, 5, 700_000, 512 * 1024, 0, bytes.length]) {
      offset = await store().appendUpload(id, offset, sourceOf(bytes.subarray(offset, offset + length), 50_000));
    }
    expect(await store().finishUpload(id, digest)).toBe(bytes.length);
    expect(await readAll(await store().read(digest))).toEqual(bytes);
  });

  test("a digest of another algorithm than the upload was opened with", async () => {
    for (const size of [10, MIB]) {
      const { bytes, digest } = contentOf(size, 1, "sha512");
      const id = await staged(store(), "sha256");
      await store().appendUpload(id, 0, sourceOf(bytes));
      expect(await store().finishUpload(id, digest)).toBe(size);
    }
  });

  test("a mismatching digest discards the upload and stores nothing", async () => {
    for (const size of [0, 10, MIB]) {
      const { digest } = contentOf(size + 1);
      const id = await staged(store());
      await store().appendUpload(id, 0, sourceOf(bytesOf(size)));
      expect(await reasonOf(store().finishUpload(id, digest))).toBe("digest-mismatch");
      expect(await store().uploadSize(id)).toBeUndefined();
      expect(await store().stat(digest)).toBeUndefined();
    }
    expect(await Array.fromAsync(store().list())).toEqual([]);
  });

  test("content is not there before it was announced, and the upload stays when that fails", async () => {
    for (const size of [10, MIB]) {
      const { bytes, digest } = contentOf(size, 77);
      const id = await staged(store());
      await store().appendUpload(id, 0, sourceOf(bytes));
      const failing = Bun.sleep(1).then(() => Promise.reject(new Error("not announced")));
      failing.catch(() => undefined);
      expect(await messageOf(store().finishUpload(id, digest, failing))).toBe("not announced");
      expect(await store().stat(digest)).toBeUndefined();
      expect(await store().uploadSize(id)).toBe(size);
      let announced = false;
      const announcing = Bun.sleep(5).then(async () => {
        announced = (await store().stat(digest)) === undefined;
      });
      expect(await store().finishUpload(id, digest, announcing)).toBe(size);
      expect(announced).toBe(true);
      expect(await store().stat(digest)).toBe(size);
    }
  });

  test("content that goes away while it is announced is stored anew", async () => {
    const { bytes, digest } = contentOf(MIB, 78);
    await store().write(digest, sourceOf(bytes));
    const id = await staged(store());
    await store().appendUpload(id, 0, sourceOf(bytes));
    const removing = Bun.sleep(5).then(() => store().withdraw(digest));
    expect(await store().finishUpload(id, digest, removing)).toBe(MIB);
    expect(await readAll(await store().read(digest))).toEqual(bytes);
  });

  test("appends at the staged size only", async () => {
    const { bytes, digest } = contentOf(1000);
    const id = await staged(store());
    await store().appendUpload(id, 0, sourceOf(bytes.subarray(0, 500)));
    for (const offset of [0, 499, 501, 1000]) expect(await reasonOf(store().appendUpload(id, offset, sourceOf(bytes)))).toBe("offset-mismatch");
    expect(await store().uploadSize(id)).toBe(500);
    await store().appendUpload(id, 500, sourceOf(bytes.subarray(500)));
    expect(await store().finishUpload(id, digest)).toBe(1000);
  });

  test("keeps what arrived when the source fails, and continues from there", async () => {
    for (const size of [100, MIB]) {
      const { bytes, digest } = contentOf(2 * size, size);
      const id = await staged(store());
      expect(await messageOf(store().appendUpload(id, 0, brokenSource(bytes.subarray(0, size), new Error("connection lost"))))).toContain("connection lost");
      const kept = (await store().uploadSize(id)) ?? 0;
      expect(kept).toBeLessThanOrEqual(size);
      await store().appendUpload(id, kept, sourceOf(bytes.subarray(kept)));
      expect(await store().finishUpload(id, digest)).toBe(2 * size);
    }
  });

  test("discards a chunk that broke off", async () => {
    const { bytes, digest } = contentOf(MIB);
    const id = await staged(store());
    await store().appendUpload(id, 0, sourceOf(bytes.subarray(0, 1000)));
    expect(await messageOf(store().appendUpload(id, 1000, brokenSource(bytesOf(MIB, 9), new Error("broken"))))).toContain("broken");
    await store().truncateUpload(id, 1000);
    expect(await store().uploadSize(id)).toBe(1000);
    await store().appendUpload(id, 1000, sourceOf(bytes.subarray(1000)));
    expect(await store().finishUpload(id, digest)).toBe(MIB);
  });

  test("truncates to nothing and not beyond the end", async () => {
    const { bytes, digest } = contentOf(2000);
    const id = await staged(store());
    await store().appendUpload(id, 0, sourceOf(bytesOf(500, 3)));
    expect(await reasonOf(store().truncateUpload(id, 501))).toBe("offset-mismatch");
    await store().truncateUpload(id, 0);
    await store().appendUpload(id, 0, sourceOf(bytes));
    expect(await store().finishUpload(id, digest)).toBe(2000);
  });

  test("stops at an abort while the source is silent", async () => {
    const controller = new AbortController();
    const id = await staged(store());
    const silent = Promise.withResolvers<void>();
    const append = store().appendUpload(id, 0, hangingSource(bytesOf(300_000), silent.resolve), { signal: controller.signal });
    await silent.promise;
    controller.abort(new Error("client left"));
    expect(await messageOf(append)).toContain("client left");
    const size = (await store().uploadSize(id)) ?? 0;
    expect(await store().appendUpload(id, size, sourceOf(bytesOf(10)))).toBe(size + 10);
  });

  test("refuses an abort that came before", async () => {
    const id = await staged(store());
    expect(await messageOf(store().appendUpload(id, 0, sourceOf(bytesOf(10)), { signal: AbortSignal.abort(new Error("too late")) }))).toContain("too late");
    expect(await store().uploadSize(id)).toBe(0);
  });

  test("honours the limit and keeps nothing beyond it", async () => {
    const id = await staged(store());
    await store().appendUpload(id, 0, sourceOf(bytesOf(1000)), { limit: 1000 });
    expect(await reasonOf(store().appendUpload(id, 1000, sourceOf(bytesOf(1)), { limit: 1000 }))).toBe("too-large");
    expect(await store().uploadSize(id)).toBe(1000);
    const large = await staged(store());
    expect(await reasonOf(store().appendUpload(large, 0, sourceOf(bytesOf(2 * MIB)), { limit: MIB }))).toBe("too-large");
    expect(await store().uploadSize(large)).toBeLessThanOrEqual(MIB);
  });

  test("one request at a time may append, finish or truncate", async () => {
    const controller = new AbortController();
    const id = await staged(store());
    const silent = Promise.withResolvers<void>();
    const first = store().appendUpload(id, 0, hangingSource(bytesOf(10), silent.resolve), { signal: controller.signal });
    await silent.promise;
    expect(await reasonOf(store().appendUpload(id, 0, sourceOf(bytesOf(10))))).toBe("offset-mismatch");
    expect(await reasonOf(store().finishUpload(id, contentOf(10).digest))).toBe("offset-mismatch");
    expect(await reasonOf(store().truncateUpload(id, 0))).toBe("offset-mismatch");
    controller.abort(new Error("over"));
    expect(await messageOf(first)).toContain("over");
  });

  test("an upload cancelled while it runs is not finished", async () => {
    const id = await staged(store());
    const { bytes, digest } = contentOf(1000);
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    async function* source() {
      started.resolve();
      await gate.promise;
      yield bytes;
    }
    const append = store().appendUpload(id, 0, source());
    await started.promise;
    await store().cancelUpload(id);
    gate.resolve();
    await append.catch(() => undefined);
    expect(await reasonOf(store().finishUpload(id, digest))).toBe("upload-unknown");
    expect(await store().stat(digest)).toBeUndefined();
  });

  test("cancelling removes it; cancelling nothing is no error", async () => {
    const id = await staged(store());
    await store().appendUpload(id, 0, sourceOf(bytesOf(10)));
    await store().cancelUpload(id);
    await store().cancelUpload(id);
    expect(await store().uploadSize(id)).toBeUndefined();
    expect(await Array.fromAsync(store().listUploads())).toEqual([]);
  });

  test("unknown and hostile ids are unknown uploads", async () => {
    for (const id of [randomUUID(), "../x", "", ".", "a/../../b", "x\0y", "UPPER"]) {
      expect(await store().uploadSize(id)).toBeUndefined();
      expect(await reasonOf(store().appendUpload(id, 0, sourceOf(bytesOf(1))))).toBe("upload-unknown");
      expect(await reasonOf(store().truncateUpload(id, 0))).toBe("upload-unknown");
      expect(await reasonOf(store().finishUpload(id, contentOf(1).digest))).toBe("upload-unknown");
      await store().cancelUpload(id);
    }
    for (const id of ["../x", "", "a/b"]) expect(await reasonOf(store().createUpload(id, "sha256"))).toBe("upload-unknown");
  });

  test("an id is staged once", async () => {
    const id = await staged(store());
    await store().appendUpload(id, 0, sourceOf(bytesOf(5)));
    expect(await messageOf(store().createUpload(id, "sha256"))).toContain("staged already");
    expect(await store().uploadSize(id)).toBe(5);
  });

  test("lists staged uploads with the time of their last append", async () => {
    const before = Date.now() - 1000;
    const ids = [await staged(store()), await staged(store())];
    for (const [index, id] of ids.entries()) await store().appendUpload(id, 0, sourceOf(bytesOf(index + 1)));
    const listed = await Array.fromAsync(store().listUploads());
    expect(listed.map(({ id }) => id).sort()).toEqual([...ids].sort());
    for (const { id, size, modifiedAt } of listed) {
      expect(size).toBe(ids.indexOf(id) + 1);
      expect(modifiedAt).toBeGreaterThan(before);
      expect(modifiedAt).toBeLessThan(Date.now() + 1000);
    }
  });

  test("the same content finished by many at once", async () => {
    const { bytes, digest } = contentOf(100_000);
    const ids = await Promise.all(Array.from({ length: 12 }, () => staged(store())));
    await Promise.all(ids.map((id) => store().appendUpload(id, 0, sourceOf(bytes))));
    expect(await Promise.all(ids.map((id) => store().finishUpload(id, digest)))).toEqual(ids.map(() => bytes.length));
    expect(await Array.fromAsync(store().list())).toEqual([{ digest, size: bytes.length, since: expect.any(Number) }]);
    expect(await Array.fromAsync(store().listUploads())).toEqual([]);
  });

  test("one upload finished twice at once succeeds at most once and never half", async () => {
    const { bytes, digest } = contentOf(MIB);
    const id = await staged(store());
    await store().appendUpload(id, 0, sourceOf(bytes));
    const results = await Promise.allSettled([store().finishUpload(id, digest), store().finishUpload(id, digest)]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await readAll(await store().read(digest))).toEqual(bytes);
  });
}

async function staged(store: StoreByDigest, algorithm: "sha256" | "sha512" = "sha256"): Promise<string> {
  const id = randomUUID();
  await store.createUpload(id, algorithm);
  return id;
}
