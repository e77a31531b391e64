import { beforeAll, describe, expect, test } from "bun:test";
import { indexOf } from "../support/content.ts";
import { expectError, expectSameHead, expectStatus } from "../support/expectations.ts";
import { nextLink } from "../support/registry-client.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { pushManifest } from "./pushing.ts";

const { client } = useRegistry();
const repository = freshRepository();
const path = `/v2/${repository}/tags/list`;

/** In an order that both of the specification's orders agree on. */
const TAGS = ["0.9", "1.0", "1.0.1", "1.10", "1.2", "a", "a.b", "latest", "x1", "zz"];

beforeAll(async () => {
  const manifest = indexOf([]);
  for (const tag of [...TAGS].reverse()) await pushManifest(client, repository, manifest, tag);
});

async function list(query: string): Promise<{ tags: string[]; link: string | undefined }> {
  const answer = await client.get(query.startsWith("/") ? query : path + query);
  expectStatus(answer, 200);
  const { name, tags } = answer.json() as { name: string; tags: string[] };
  expect(name).toBe(repository);
  return { tags, link: nextLink(answer) };
}

describe("tags/list (end-8a, end-8b)", () => {
  test("lists all of them in order, as JSON", async () => {
    expect((await client.get(path)).headers.get("Content-Type")).toStartWith("application/json");
    expect(await list("")).toEqual({ tags: TAGS, link: undefined });
  });

  test("HEAD tells what GET tells", async () => {
    for (const query of ["", "?n=3"]) expectSameHead(await client.head(path + query), await client.get(path + query));
  });

  test.each([1, 2, 3, 9])("n=%i: the first, and a Link to the rest that leads through all", async (n) => {
    const first = await list(`?n=${n}`);
    expect(first.tags).toEqual(TAGS.slice(0, n));
    const found = [...first.tags];
    for (let { link } = first; link !== undefined; ) {
      const page = await list(link);
      expect(page.tags.length).toBeGreaterThan(0);
      expect(page.tags.length).toBeLessThanOrEqual(n);
      found.push(...page.tags);
      link = page.link;
    }
    expect(found).toEqual(TAGS);
  });

  test.each([10, 11, 1000, 999_999])("n=%i: all, and no Link", async (n) => {
    expect(await list(`?n=${n}`)).toEqual({ tags: TAGS, link: undefined });
  });

  test("n=0: none, and no Link", async () => {
    expect(await list("?n=0")).toEqual({ tags: [], link: undefined });
    expect(await list("?n=0&last=a")).toEqual({ tags: [], link: undefined });
  });

  test("last: those after it, without it", async () => {
    for (const [at, tag] of TAGS.entries()) expect(await list(`?last=${tag}`)).toEqual({ tags: TAGS.slice(at + 1), link: undefined });
  });

  test("last with n", async () => {
    const { tags, link } = await list("?n=2&last=1.10");
    expect(tags).toEqual(["1.2", "a"]);
    expect(link).toBeString();
  });

  test("last need not be there (any more)", async () => {
    expect((await list("?last=1.05")).tags).toEqual(TAGS.slice(3));
    expect((await list("?last=zzz")).tags).toEqual([]);
  });

  test("a tag pushed while paging neither doubles nor hides another", async () => {
    const other = freshRepository();
    const manifest = indexOf([]);
    for (const tag of ["b", "d", "f"]) await pushManifest(client, other, manifest, tag);
    const first = await client.get(`/v2/${other}/tags/list?n=2`);
    await pushManifest(client, other, manifest, "a");
    await pushManifest(client, other, manifest, "e");
    const second = await client.get(nextLink(first) ?? "/");
    expect([first.json(), second.json()]).toMatchObject([{ tags: ["b", "d"] }, { tags: ["e", "f"] }]);
  });

  test("of a repository without tags is empty", async () => {
    const other = freshRepository();
    await pushManifest(client, other, indexOf([]));
    expect((await client.get(`/v2/${other}/tags/list`)).json()).toEqual({ name: other, tags: [] });
  });

  test("of an unknown repository is 404 NAME_UNKNOWN", async () => {
    expectError(await client.get(`/v2/${freshRepository()}/tags/list`), 404, "NAME_UNKNOWN");
    expectStatus(await client.head(`/v2/${freshRepository()}/tags/list`), 404);
  });

  test("main: tags in both cases are in lexical or in ASCII order", async () => {
    const other = freshRepository();
    for (const tag of ["b", "B", "a", "A", "_", "1"]) await pushManifest(client, other, indexOf([]), tag);
    const { tags } = (await client.get(`/v2/${other}/tags/list`)).json() as { tags: string[] };
    expect(tags.join()).toBeOneOf(["1,A,B,_,a,b", "1,_,A,a,B,b", "1,_,a,A,b,B", "_,1,A,a,B,b", "_,1,a,A,b,B"]);
  });

  test("a thousand tags", async () => {
    const other = freshRepository();
    const manifest = indexOf([]);
    const tags = Array.from({ length: 1000 }, (_, at) => `t${String(at).padStart(4, "0")}`);
    for (let at = 0; at < tags.length; at += 50) {
      expectStatus(await client.putManifest(other, manifest.digest, manifest, tags.slice(at, at + 50)), 201);
    }
    expect((await client.get(`/v2/${other}/tags/list`)).json()).toEqual({ name: other, tags });
  });
});
