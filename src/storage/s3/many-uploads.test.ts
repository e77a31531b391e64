import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { type S3Server, startVersitygw } from "../../../test/support/versitygw.ts";
import type { ContentStore } from "../content-store.ts";
import { bytesOf, type Content, contentOf, hangingSource, readAll, sourceOf } from "../testing/content.ts";
import { type BucketFixture, openBucket, PART } from "./testing/store-fixture.ts";

let server: S3Server;
beforeAll(async () => {
  server = await startVersitygw();
}, 600_000);
afterAll(() => server.stop());

let bucket: BucketFixture;
beforeEach(async () => {
  bucket = await openBucket(server);
});
afterEach(() => bucket.dispose());

async function expectStored(store: ContentStore, id: string, { bytes, digest }: Content): Promise<void> {
  const stored = await store.finishUpload(id, digest);
  expect(await readAll(await store.read({ digest, ...stored }))).toEqual(bytes);
}

test("uploads of one process share memory for a few parts, and all of them end", async () => {
  const store = bucket.open({ memory: 4 * PART });
  const contents = Array.from({ length: 24 }, (_, index) => contentOf(PART - 1000 + 300_000 * (index % 5), index));
  await Promise.all(
    contents.map(async (content, index) => {
      const id = randomUUID();
      await store.createUpload(id, "sha256");
      async function* slowly() {
        for await (const piece of sourceOf(content.bytes, 500_000)) {
          yield piece;
          await Bun.sleep(index % 4);
        }
      }
      await store.appendUpload(id, 0, slowly());
      await expectStored(store, id, content);
    }),
  );
  expect(await bucket.leftovers()).toHaveLength(contents.length);
}, 120_000);

test("sources that fall silent hold no memory, and others may go on with what has come of them", async () => {
  const store = bucket.open({ memory: 4 * PART });
  const contents = Array.from({ length: 30 }, (_, index) => contentOf(2_000_000, 100 + index));
  const controller = new AbortController();
  const ids = contents.map(() => randomUUID());
  for (const [index, { bytes }] of contents.entries()) {
    const silent = Promise.withResolvers<void>();
    const id = ids[index] ?? "";
    await store.createUpload(id, "sha256");
    store.appendUpload(id, 0, hangingSource(bytes.subarray(0, 1_500_000), silent.resolve), { signal: controller.signal }).catch(() => undefined);
    await silent.promise;
  }
  const other = bucket.open();
  for (const [index, { bytes, digest }] of contents.entries()) {
    const id = ids[index] ?? "";
    for (const end = Date.now() + 50_000; (await other.uploadSize(id)) !== 1_500_000; await Bun.sleep(10)) if (Date.now() > end) throw new Error("never there");
    await other.appendUpload(id, 1_500_000, sourceOf(bytes.subarray(1_500_000)));
    await expectStored(other, id, { bytes, digest });
  }
  controller.abort(new Error("over"));
}, 120_000);

/** A process that ends at once: whatever it has under way reaches nobody any more. */
function mortal(open: BucketFixture["open"]): { readonly store: ContentStore; kill(): void } {
  let dead = false;
  const { client, staging } = bucket;
  const unlessDead = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(methods, name) {
        const method = Reflect.get(methods, name);
        if (typeof method !== "function") return method;
        return (...parameters: unknown[]) => (dead ? new Promise(() => undefined) : Reflect.apply(method, methods, parameters));
      },
    });
  return {
    store: open({ client: unlessDead(client), staging: unlessDead(staging) }),
    kill() {
      dead = true;
    },
  };
}

test("forty chunks of odd sizes, each by one of three processes, of which some die on the way", async () => {
  const nodes = Array.from({ length: 3 }, () => mortal(bucket.open));
  let state = 20261201;
  const below = (limit: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * limit);
  };
  const sizes = Array.from({ length: 40 }, (_, index) => (index % 7 === 3 ? PART + below(PART) : 1 + below(900_000)));
  const content = contentOf(
    sizes.reduce((sum, size) => sum + size),
    77,
  );
  const id = randomUUID();
  await nodes[0]?.store.createUpload(id, "sha256");
  let offset = 0;
  for (const [index, size] of sizes.entries()) {
    const number = below(3);
    const { store, kill } = nodes[number] ?? mortal(bucket.open);
    const chunk = content.bytes.subarray(offset, offset + size);
    if (index % 10 === 5) {
      // It dies with half of a chunk; what is known of it then is where the next one goes on.
      const silent = Promise.withResolvers<void>();
      store.appendUpload(id, offset, hangingSource(chunk.subarray(0, size / 2), silent.resolve)).catch(() => undefined);
      await silent.promise;
      kill();
      nodes[number] = mortal(bucket.open);
    }
    const next = nodes[below(3)]?.store ?? store;
    offset = await untilServed(next, id, content.bytes, offset + size);
  }
  const last = nodes[below(3)]?.store ?? bucket.open();
  await expectStored(last, id, content);
  expect(await Array.fromAsync(last.listUploads())).toEqual([]);
}, 240_000);

/** Appends up to byte `end` as a client does: asks how much there is, and tries again where it is told to. */
async function untilServed(store: ContentStore, id: string, bytes: Uint8Array, end: number): Promise<number> {
  for (const late = Date.now() + 60_000; ; await Bun.sleep(20)) {
    const size = (await store.uploadSize(id)) ?? 0;
    try {
      return await store.appendUpload(id, size, sourceOf(bytes.subarray(size, end)));
    } catch (error) {
      if (Date.now() > late) throw error;
    }
  }
}

test("bytes of more than a part that several processes brought are compared with their digest all the same", async () => {
  const [one, other] = [bucket.open(), bucket.open()];
  for (const [seed, isRight] of [
    [1, true],
    [2, false],
  ] as const) {
    const { bytes, digest } = contentOf(3 * PART + 1000, 5);
    const id = randomUUID();
    await one.createUpload(id, "sha256");
    await one.appendUpload(id, 0, sourceOf(bytes.subarray(0, 2 * PART)));
    await other.appendUpload(id, 2 * PART, sourceOf(isRight ? bytes.subarray(2 * PART) : bytesOf(PART + 1000, seed)));
    const finishing = one.finishUpload(id, digest);
    if (isRight) expect((await finishing).size).toBe(bytes.length);
    else expect((await Promise.allSettled([finishing]))[0]).toMatchObject({ status: "rejected", reason: { reason: "digest-mismatch" } });
  }
  expect(await bucket.leftovers()).toHaveLength(1);
});
