import { expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { Digest } from "../../oci/digest.ts";
import type { ByteRange } from "../content-store.ts";
import type { StoreByDigest } from "./by-digest.ts";
import { brokenSource, bytesOf, contentOf, hangingSource, messageOf, readAll, reasonOf, sourceOf } from "./content.ts";

const SIZES = [0, 1, 4096, 64 * 1024, 64 * 1024 + 1, 1024 * 1024] as const;

export function contentCases(store: () => StoreByDigest): void {
  for (const algorithm of ["sha256", "sha512"] as const) {
    for (const size of SIZES) {
      test(`writes, finds and reads ${size} bytes, ${algorithm}`, async () => {
        const { bytes, digest } = contentOf(size, 1, algorithm);
        expect(await store().stat(digest)).toBeUndefined();
        expect(await store().write(digest, sourceOf(bytes, 5000))).toBe(size);
        expect(await store().write(digest, sourceOf(bytes))).toBe(size);
        expect(await store().stat(digest)).toBe(size);
        expect(await readAll(await store().read(digest))).toEqual(bytes);
        expect(await located(store(), digest, size)).toEqual(bytes);
        expect(await located(store(), digest, size)).toEqual(bytes);
      });
    }
  }

  test("a mismatching digest stores nothing", async () => {
    for (const size of SIZES) {
      const { digest } = contentOf(size + 1);
      expect(await reasonOf(store().write(digest, sourceOf(bytesOf(size))))).toBe("digest-mismatch");
      expect(await store().stat(digest)).toBeUndefined();
    }
    await expectNothing(store());
  });

  test("a truncated source stores nothing", async () => {
    for (const size of [10, 1024 * 1024]) {
      const write = store().write(contentOf(size).digest, brokenSource(bytesOf(size / 2), new Error("cut off")));
      expect(await messageOf(write)).toContain("cut off");
    }
    await expectNothing(store());
  });

  test("an aborted write stores nothing", async () => {
    for (const size of [10, 1024 * 1024]) {
      const controller = new AbortController();
      const silent = Promise.withResolvers<void>();
      const write = store().write(contentOf(size).digest, hangingSource(bytesOf(size), silent.resolve), { signal: controller.signal });
      await silent.promise;
      controller.abort(new Error("client left"));
      expect(await messageOf(write)).toContain("client left");
    }
    await expectNothing(store());
  });

  test("a write beyond its limit stores nothing", async () => {
    for (const size of [10, 1024 * 1024]) {
      const { bytes, digest } = contentOf(size);
      expect(await reasonOf(store().write(digest, sourceOf(bytes), { limit: size - 1 }))).toBe("too-large");
      expect(await store().write(digest, sourceOf(bytes), { limit: size })).toBe(size);
    }
  });

  test("content written in one go is announced when all of it has come, and not there before", async () => {
    for (const size of [10, 3 * 1024 * 1024]) {
      const { bytes, digest } = contentOf(size, 79);
      let pieces = 0;
      async function* source() {
        for (const part of [bytes.subarray(0, size / 2), bytes.subarray(size / 2)]) {
          pieces++;
          yield part;
        }
      }
      const refuse = () => Promise.reject(new Error("not announced"));
      expect(await messageOf(store().write(digest, source(), { announced: refuse }))).toBe("not announced");
      expect(await store().stat(digest)).toBeUndefined();
      pieces = 0;
      const announced = async () => {
        expect(pieces).toBe(2);
        await Bun.sleep(5);
        expect(await store().stat(digest)).toBeUndefined();
      };
      expect(await store().write(digest, source(), { announced })).toBe(size);
      expect(await store().stat(digest)).toBe(size);
    }
  });

  test("reads ranges", async () => {
    for (const size of [1000, 1024 * 1024]) {
      const { bytes, digest } = contentOf(size);
      await store().write(digest, sourceOf(bytes));
      const ranges: ByteRange[] = [
        { start: 0, end: 0 },
        { start: 10, end: 19 },
        { start: size - 1, end: size - 1 },
        { start: 1, end: size - 2 },
        { start: size - 5, end: size + 100 },
      ];
      for (const range of ranges) expect(await readAll(await store().read(digest, range))).toEqual(bytes.subarray(range.start, range.end + 1));
    }
  });

  test("a reader that stops early lets go", async () => {
    const { bytes, digest } = contentOf(1024 * 1024);
    await store().write(digest, sourceOf(bytes));
    const reader = (await store().read(digest))?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await reader?.cancel();
  });

  test("absent content is undefined everywhere", async () => {
    const { digest } = contentOf(10);
    expect(await store().stat(digest)).toBeUndefined();
    expect(await store().read(digest)).toBeUndefined();
    expect(await store().locate(digest, 10)).toBeUndefined();
  });

  test("content that was taken aside comes back, unless it was stored anew", async () => {
    for (const size of [10, 1024 * 1024]) {
      const { bytes, digest } = contentOf(size);
      for (const anew of [false, true]) {
        await store().write(digest, sourceOf(bytes));
        const name = await store().withdraw(digest);
        if (anew) await store().write(digest, sourceOf(bytes));
        await store().putBackAbandoned();
        expect(await store().stat(digest)).toBe(anew ? size : undefined);
        await store().putBack(name ?? "");
        expect(await located(store(), digest, size)).toEqual(bytes);
        expect(await store().discard(name ?? "")).toBe(false);
        expect(await Array.fromAsync(store().list())).toHaveLength(1);
      }
      await store().discard((await store().withdraw(digest)) ?? "");
    }
  });

  test("content that was taken aside is gone at once, cached or not, and what is stored anew is not removed with it", async () => {
    for (const size of [10, 1024 * 1024]) {
      const { bytes, digest } = contentOf(size);
      await store().write(digest, sourceOf(bytes));
      await located(store(), digest, size);
      const name = await store().withdraw(digest);
      expect(await store().withdraw(digest)).toBeUndefined();
      expect(await store().stat(digest)).toBeUndefined();
      expect(await store().read(digest)).toBeUndefined();
      expect(await located(store(), digest, size)).toBeUndefined();
      await store().write(digest, sourceOf(bytes));
      expect(await located(store(), digest, size)).toEqual(bytes);
      expect(await store().discard(name ?? "")).toBe(true);
      expect(await store().discard(name ?? "")).toBe(false);
      expect(await located(store(), digest, size)).toEqual(bytes);
    }
  });

  test("lists all content", async () => {
    const all = [contentOf(0), contentOf(10), contentOf(100_000), contentOf(10, 1, "sha512")];
    for (const { bytes, digest } of all) await store().write(digest, sourceOf(bytes));
    const listed = (await Array.fromAsync(store().list())).map(({ digest, size }) => `${digest} ${size}`);
    expect(listed.sort()).toEqual(all.map(({ bytes, digest }) => `${digest} ${bytes.length}`).sort());
  });

  test("many writes at once, some of the same content", async () => {
    const contents = Array.from({ length: 60 }, (_, index) => contentOf(1 + (index % 20) * 9000, index % 20));
    await Promise.all(contents.map(({ bytes, digest }) => store().write(digest, sourceOf(bytes, 8000))));
    for (const { bytes, digest } of contents.slice(0, 20)) expect(await readAll(await store().read(digest))).toEqual(bytes);
    expect(await Array.fromAsync(store().list())).toHaveLength(20);
  });

  test("has no identity until it is given one, which stays", async () => {
    expect(await store().identity()).toBeUndefined();
    const wanted: string[] = Array.from({ length: 8 }, () => randomUUID());
    const [first, ...others] = await Promise.all(wanted.map((identity) => store().claim(identity)));
    expect(wanted).toContain(first ?? "");
    expect(new Set([first, ...others]).size).toBe(1);
    expect(await store().identity()).toBe(first);
    expect(await store().claim(randomUUID())).toBe(first ?? "");
  });

  test("says since when it has content", async () => {
    const before = Date.now() - 1000;
    await store().write(contentOf(10).digest, sourceOf(bytesOf(10)));
    for await (const { since } of store().list()) expect(since).toBeWithin(before, Date.now() + 1000);
  });

  test("is ready", () => store().check());
}

async function expectNothing(store: StoreByDigest): Promise<void> {
  expect(await Array.fromAsync(store.list())).toEqual([]);
  expect(await Array.fromAsync(store.listUploads())).toEqual([]);
}

async function located(store: StoreByDigest, digest: Digest, size: number): Promise<Uint8Array | undefined> {
  const source = await store.locate(digest, size);
  if (source === undefined) return undefined;
  expect(source.size).toBe(size);
  switch (source.kind) {
    case "bytes":
      return source.bytes;
    case "remote": {
      const stream = await source.open();
      return stream && readAll(stream);
    }
    case "file":
      return (await Bun.file(source.path).exists()) ? Bun.file(source.path).bytes() : undefined;
  }
}
