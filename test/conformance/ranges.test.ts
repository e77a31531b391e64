import { beforeAll, describe, expect, test } from "bun:test";
import { type Content, randomBlob } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { pushBlob } from "./pushing.ts";

const { client } = useRegistry();
const SIZE = 2048;

describe.each([
  { name: "sha256", blob: randomBlob(SIZE) },
  { name: "sha512", blob: randomBlob(SIZE, { algorithm: "sha512" }) },
])("ranges of a $name blob (RFC 9110, section 14)", ({ blob }) => {
  const repository = freshRepository();
  const path = `/v2/${repository}/blobs/${blob.digest}`;
  beforeAll(() => pushBlob(client, repository, blob));

  test("support is announced", async () => {
    expect((await client.head(path)).headers.get("Accept-Ranges")).toBe("bytes");
  });

  test.each([
    ["bytes=500-1499", 500, 1499],
    ["bytes=0-0", 0, 0],
    ["bytes=500-", 500, SIZE - 1],
    ["bytes=-500", SIZE - 500, SIZE - 1],
    ["bytes=2000-5000", 2000, SIZE - 1],
    ["bytes=-5000", 0, SIZE - 1],
    [`bytes=0-${SIZE - 1}`, 0, SIZE - 1],
    [`bytes=${SIZE - 1}-`, SIZE - 1, SIZE - 1],
  ])("%s is 206 with bytes %i to %i", async (range, first, last) => {
    const answer = await client.get(path, { Range: range });
    expectStatus(answer, 206);
    expectBytes(answer, blob.bytes.slice(first, last + 1));
    expect(answer.headers.get("Content-Range")).toBe(`bytes ${first}-${last}/${SIZE}`);
    expect(answer.headers.get("Docker-Content-Digest")).toBe(blob.digest);
  });

  test.each(["bytes=2048-", "bytes=5000-10000", "bytes=500-0", "bytes=-0", "bytes=99999999999999999999-"])("%s is 416", async (range) => {
    const answer = await client.get(path, { Range: range });
    expectError(answer, 416);
    expect(answer.headers.get("Content-Range")).toBe(`bytes */${SIZE}`);
  });

  test("a unit that is not understood is ignored", async () => {
    expectWhole(await client.get(path, { Range: "lines=1-2" }), blob);
  });

  test.each(["bytes", "bytes=", "bytes=a-b", "bytes=--5", "bytes=1-2-3", "bytes=0x10-20"])("'%s' is malformed: ignored or refused", async (range) => {
    const answer = await client.get(path, { Range: range });
    if (answer.status === 200) return expectWhole(answer, blob);
    expectStatus(answer, 416);
  });

  test("several ranges are all of it or its parts", async () => {
    const answer = await client.get(path, { Range: "bytes=0-9,20-29" });
    if (answer.status === 200) return expectWhole(answer, blob);
    expectStatus(answer, 206);
    expect(answer.headers.get("Content-Type")).toStartWith("multipart/byteranges");
  });

  test("a range of HEAD has no meaning", async () => {
    const answer = await client.head(path, { Range: "bytes=0-9" });
    expectStatus(answer, 200);
    expect(answer.headers.get("Content-Length")).toBe(String(SIZE));
  });

  test("If-Range with the entity tag sends the part", async () => {
    const tag = (await client.head(path)).headers.get("ETag") ?? "";
    const answer = await client.get(path, { Range: "bytes=0-9", "If-Range": tag });
    expectStatus(answer, 206);
    expectBytes(answer, blob.bytes.slice(0, 10));
  });

  test.each(['"other"', "Wed, 21 Oct 2015 07:28:00 GMT"])("If-Range with %s sends all of it", async (validator) => {
    expectWhole(await client.get(path, { Range: "bytes=0-9", "If-Range": validator }), blob);
  });

  test("If-Range with a weak tag sends all of it: the comparison is strong", async () => {
    const tag = (await client.head(path)).headers.get("ETag") ?? "";
    expectWhole(await client.get(path, { Range: "bytes=0-9", "If-Range": `W/${tag}` }), blob);
  });

  test("If-None-Match comes before Range", async () => {
    const tag = (await client.head(path)).headers.get("ETag") ?? "";
    expectStatus(await client.get(path, { Range: "bytes=0-9", "If-None-Match": tag }), 304);
  });
});

test("a pull is resumed from every offset", async () => {
  const repository = freshRepository();
  const blob = randomBlob(10);
  await pushBlob(client, repository, blob);
  for (let at = 1; at < blob.bytes.length; at++) {
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`, { Range: `bytes=${at}-` }), blob.bytes.slice(at));
  }
});

function expectWhole(answer: Awaited<ReturnType<typeof client.get>>, blob: Content): void {
  expectStatus(answer, 200);
  expectBytes(answer, blob.bytes);
  expect(answer.headers.get("Content-Range")).toBeNull();
}
