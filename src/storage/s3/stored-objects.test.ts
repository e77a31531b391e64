import { expect, test } from "bun:test";
import type { S3Client, S3Object } from "./client.ts";
import { type StoredObjectsOptions, storedObjects } from "./stored-objects.ts";

const NOW = 1_800_000_000_000;

/** Objects over a bucket in memory that tells which keys were asked for. */
function objectsOver(bucket: Readonly<Record<string, Uint8Array<ArrayBuffer>>>, options: Partial<StoredObjectsOptions> = {}, urlEnds = NOW + 1_800_000) {
  const asked: string[] = [];
  const client: Pick<S3Client, "get" | "presignGet"> = {
    async get(key, { range } = {}) {
      asked.push(key);
      await Bun.sleep(1);
      const bytes = bucket[key];
      if (bytes === undefined) return undefined;
      const part = range === undefined ? bytes : bytes.slice(range.start, range.end + 1);
      return { size: bytes.length, etag: undefined, modifiedAt: NOW, metadata: {}, body: new Blob([part]).stream() } satisfies S3Object;
    },
    presignGet: async (key, { seconds }) => ({ url: `https://s3/${key}?${seconds}`, until: urlEnds }),
  };
  const objects = storedObjects({ client: client as S3Client, keyOf: (location) => `p/${location}`, now: () => NOW, cacheBytes: 200_000, ...options });
  const locate = async (location: string | undefined, size: number) => objects.locate({ digest: "sha256:x" as never, location, size });
  return { asked, objects, locate };
}

const filled = (size: number) => new Uint8Array(size).fill(size);

test("a small blob is fetched once, however many ask for it, and comes from memory then", async () => {
  const { asked, locate } = objectsOver({ "p/a": filled(1000) });
  const sources = await Promise.all(Array.from({ length: 5 }, () => locate("a", 1000)));
  for (const source of [...sources, await locate("a", 1000)]) expect(source).toMatchObject({ kind: "bytes", size: 1000, bytes: filled(1000) });
  expect(asked).toEqual(["p/a"]);
});

test("what is kept in memory is bounded", async () => {
  const bucket = Object.fromEntries(["a", "b", "c", "d"].map((name) => [`p/${name}`, filled(60_000)]));
  const { asked, locate } = objectsOver(bucket);
  for (const name of ["a", "b", "c", "d", "d", "a"]) await locate(name, 60_000);
  expect(asked).toEqual(["p/a", "p/b", "p/c", "p/d", "p/a"]);
});

test("content that is not there, or has no location here, is absent", async () => {
  const { locate, objects } = objectsOver({});
  expect(await locate("a", 10)).toBeUndefined();
  expect(await locate(undefined, 10)).toBeUndefined();
  expect(await objects.read({ digest: "sha256:x" as never })).toBeUndefined();
  const large = await locate("a", 1_000_000);
  expect(large?.kind === "remote" && (await large.open())).toBeUndefined();
});

test("an object of another size than was stored is no content, and is not kept", async () => {
  const { locate } = objectsOver({ "p/a": filled(11) });
  for (let time = 0; time < 2; time++)
    expect(await locate("a", 10).catch((error: unknown) => error)).toMatchObject({ code: "OtherSize", reason: "unavailable" });
  const large = await locate("a", 100_000);
  expect(large?.kind === "remote" && (await large.open().catch((error: unknown) => error))).toMatchObject({ code: "OtherSize" });
});

test("a large blob is asked for when it is read, in part too", async () => {
  const { asked, locate } = objectsOver({ "p/a": filled(100_000) });
  const source = await locate("a", 100_000);
  expect(asked).toEqual([]);
  if (source?.kind !== "remote") throw new Error("it is not remote");
  expect(source.url).toBeUndefined();
  expect(await new Response(await source.open({ start: 10, end: 19 })).bytes()).toEqual(filled(100_000).slice(10, 20));
});

test("readers are sent to the service from a size on, as long as a URL lives long enough", async () => {
  const bucket = { "p/a": filled(100), "p/b": filled(99) };
  const source = await objectsOver(bucket, { redirectFrom: 100 }).locate("a", 100);
  expect(source?.kind === "remote" && (await source.url?.())).toBe("https://s3/p/a?1800");
  expect((await objectsOver(bucket, { redirectFrom: 100 }).locate("b", 99))?.kind).toBe("bytes");
  const ending = await objectsOver(bucket, { redirectFrom: 100 }, NOW + 19 * 60_000).locate("a", 100);
  expect(ending?.kind === "remote" && (await ending.url?.())).toBeUndefined();
});
