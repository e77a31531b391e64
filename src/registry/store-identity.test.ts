import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContentStore } from "../storage/content-store.ts";
import { openMemoryStore } from "../storage/memory/memory-store.ts";
import type { MetadataStore } from "../storage/metadata/store.ts";
import { openSqliteStore } from "../storage/sqlite/sqlite-store.ts";
import { sourceOf } from "../storage/testing/content.ts";
import { claimStores, compareStores, StoreIdentityError } from "./store-identity.ts";
import { newContent, repositoryName } from "./testing/fixture.ts";

const NOW = Date.UTC(2026, 0, 1);

let folder: string;
const opened: MetadataStore[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "opm-identity-"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function database(): Promise<MetadataStore> {
  const store = await openSqliteStore({ path: join(folder, `${randomUUID()}.db`), durability: "relaxed" });
  opened.push(store);
  return store;
}

/** Stores content, and has the database know so many of it. */
async function fill(content: ContentStore, metadata: MetadataStore, counts: { readonly stored: number; readonly known: number }): Promise<void> {
  for (let n = 0; n < Math.max(counts.stored, counts.known); n++) {
    const { digest, bytes } = newContent();
    if (n < counts.stored) await content.write(digest, sourceOf(bytes));
    if (n >= counts.known) continue;
    await metadata.blobs.reserve(digest, NOW, NOW);
    await metadata.blobs.link({ repository: repositoryName("a/b"), digest, size: bytes.length, actor: { subject: "tester" }, now: NOW });
  }
}

const refusal = (work: Promise<void>): Promise<unknown> => work.then(() => undefined).catch((error: unknown) => error);

test("new stores get an identity, once", async () => {
  const stores = { content: openMemoryStore(), metadata: await database() };
  expect(await compareStores(stores)).toBe("unclaimed");
  await claimStores(stores);
  const identity = await stores.content.identity();
  expect(await compareStores(stores)).toBe("same");
  await claimStores(stores);
  expect(await stores.content.identity()).toBe(identity);
});

test("of two content stores that claim one database at once, one is refused", async () => {
  const metadata = await database();
  const contents = [openMemoryStore(), openMemoryStore()];
  const refusals = await Promise.all(contents.map((content) => refusal(claimStores({ content, metadata }))));
  expect(refusals.filter((error) => error instanceof StoreIdentityError)).toHaveLength(1);
  const states = await Promise.all(contents.map((content) => compareStores({ content, metadata })));
  expect(states).toContain("same");
  expect(states.filter((state) => state === "same")).toHaveLength(1);
});

test("a claim that broke off is gone on with, wherever that was", async () => {
  for (const confirmed of [false, true]) {
    const stores = { content: openMemoryStore(), metadata: await database() };
    await stores.metadata.coordination.claimContent({});
    if (confirmed) await stores.content.claim(randomUUID());
    await claimStores(stores);
    expect(await compareStores(stores)).toBe("same");
  }
});

describe("stores of a version without identities", () => {
  test.each([
    ["that are empty", { stored: 0, known: 0 }, true],
    ["that fit", { stored: 5, known: 5 }, true],
    ["with an older database", { stored: 9, known: 2 }, true],
    ["with some damage", { stored: 4, known: 5 }, true],
    ["without the database", { stored: 5, known: 0 }, false],
    ["without the content", { stored: 0, known: 5 }, false],
  ] as const)("%s", async (_, counts, fit) => {
    const stores = { content: openMemoryStore(), metadata: await database() };
    await fill(stores.content, stores.metadata, counts);
    expect((await refusal(claimStores(stores))) instanceof StoreIdentityError).toBe(!fit);
    expect(await compareStores(stores)).toBe(fit ? "same" : "unclaimed");
    expect((await stores.content.identity()) !== undefined).toBe(fit);
  });
});

describe("one of both knows the other", () => {
  test.each([
    ["an empty database is refused the content of another", { stored: 3, known: 0 }, "content", false],
    ["an empty database is refused a content store of another that is empty", { stored: 0, known: 0 }, "content", false],
    ["an older copy of the database without an identity fits when it knows most", { stored: 3, known: 2 }, "content", true],
    ["a new content store is refused to a database that has one", { stored: 0, known: 0 }, "database", false],
    ["an empty content store is refused to a database that names content", { stored: 0, known: 3 }, "database", false],
    ["an older copy of the content without an identity fits when most is there", { stored: 2, known: 3 }, "database", true],
  ] as const)("%s", async (_, counts, marked, fit) => {
    const stores = { content: openMemoryStore(), metadata: await database() };
    await fill(stores.content, stores.metadata, counts);
    if (marked === "content") await stores.content.claim(randomUUID());
    else await stores.metadata.coordination.claimContent({ identity: randomUUID() });
    expect((await refusal(claimStores(stores))) instanceof StoreIdentityError).toBe(!fit);
    expect(await compareStores(stores)).toBe(fit ? "same" : "unclaimed");
  });
});

test("those of two registries are refused, until somebody says that they belong together", async () => {
  const one = { content: openMemoryStore(), metadata: await database() };
  const two = { content: openMemoryStore(), metadata: await database() };
  await claimStores(one);
  await claimStores(two);
  const mixed = { content: one.content, metadata: two.metadata };
  expect(await compareStores(mixed)).toBe("foreign");
  expect(await refusal(claimStores(mixed))).toBeInstanceOf(StoreIdentityError);
  await claimStores(mixed, { adopt: true });
  expect(await compareStores(mixed)).toBe("same");
});

test("content in memory is new with each process", async () => {
  const metadata = await database();
  for (let run = 0; run < 2; run++) {
    const stores = { content: openMemoryStore(), metadata };
    await claimStores(stores, { ephemeral: true });
    expect(await compareStores(stores)).toBe("same");
  }
});
