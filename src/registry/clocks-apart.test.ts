import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresSuite } from "../../test/support/postgres-suite.ts";
import { createTypeTable } from "../artifacts/type-table.ts";
import type { ContentStore } from "../storage/content-store.ts";
import { openDatabaseClock } from "../storage/database-clock.ts";
import { openFilesystemStore } from "../storage/filesystem/filesystem-store.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { MetadataStore } from "../storage/metadata/store.ts";
import { openPostgresStore } from "../storage/postgres/postgres-store.ts";
import { openSqliteStore } from "../storage/sqlite/sqlite-store.ts";
import { readAll, sourceOf } from "../storage/testing/content.ts";
import { collect } from "./collector.ts";
import type { Registry } from "./registry.ts";
import { ACTOR, HOUR, MINUTE, newContent, repositoryName } from "./testing/fixture.ts";
import { UploadTickets } from "./upload-tickets.ts";
import { UploadTurns } from "./upload-turns.ts";
import { uploadInOne } from "./uploads.ts";

const repository = repositoryName("clocks/apart");
const LIMITS = { manifestSize: HOUR, blobSize: HOUR, uploads: 10, idle: MINUTE, uploadLifetime: HOUR, unreferenced: HOUR };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Nodes {
  readonly content: ContentStore;
  readonly metadata: MetadataStore;
}

async function openContent(): Promise<ContentStore> {
  const path = mkdtempSync(join(tmpdir(), "opm-clocks-"));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  const content = await openFilesystemStore({ path, durability: "relaxed" });
  cleanups.push(() => content.close());
  return content;
}

function registryOf({ content, metadata }: Nodes, now: () => Millis): Registry {
  const turns = new UploadTurns();
  const [pulls, tickets] = [{ count: () => undefined }, new UploadTickets(new Uint8Array(32))];
  return { content, metadata, limits: LIMITS, types: () => createTypeTable(), pulls, turns, tickets, unread: () => undefined, now };
}

const later = (by: Millis) => () => Date.now() + by;

/** A push of what a collector is about to remove, at the moment when it has chosen it. Retried as clients do. */
async function pushWhileCollected(nodes: Nodes, collectorNow: () => Millis, pusherNow: () => Millis): Promise<{ readonly blobs: number }> {
  for (const size of [100, 200_000]) {
    const blob = newContent(size);
    const past = registryOf(nodes, later(-3 * HOUR));
    await uploadInOne(past, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });
    await nodes.metadata.blobs.delete({ repository, digest: blob.digest, actor: ACTOR, now: past.now() });
    const refused = Promise.withResolvers<void>();
    const reserve: MetadataStore["blobs"]["reserve"] = async (...args) => {
      const isReserved = await nodes.metadata.blobs.reserve(...args);
      if (!isReserved) refused.resolve();
      return isReserved;
    };
    const linkUnreserved: MetadataStore["blobs"]["linkUnreserved"] = async (link) => {
      return nodes.metadata.blobs.linkUnreserved(link).catch((error) => {
        refused.resolve();
        throw error;
      });
    };
    const blobs = { ...nodes.metadata.blobs, reserve, linkUnreserved };
    const pusher = registryOf({ ...nodes, metadata: { ...nodes.metadata, blobs } }, pusherNow);
    let pushing: Promise<unknown> = Promise.resolve();
    const withdraw: ContentStore["withdraw"] = async (withdrawn) => {
      pushing = uploadInOne(pusher, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });
      // where the lease holds for the pusher, it waits for the collector, which therefore cannot wait for it
      await Promise.race([pushing, refused.promise]);
      return nodes.content.withdraw(withdrawn);
    };
    const options = { retention: HOUR, unreferenced: HOUR, now: collectorNow };
    await collect({ content: { ...nodes.content, withdraw }, metadata: nodes.metadata }, options);
    await pushing;
    expect((await nodes.metadata.blobs.find(repository, blob.digest))?.size).toBe(size);
    expect(await readAll(await nodes.content.read(blob))).toEqual(blob.bytes);
    await collect(nodes, { ...options, now: Date.now });
    expect(await nodes.content.stat(blob)).toBe(size);
  }
  return { blobs: (await Array.fromAsync(nodes.content.list())).length };
}

function cases(open: () => Promise<MetadataStore>): void {
  test.each([-10 * MINUTE, -3 * MINUTE, 0, 10 * MINUTE])("a collector that is %d ms off removes nothing that was acknowledged", async (apart) => {
    const nodes = { content: await openContent(), metadata: await open() };
    expect((await pushWhileCollected(nodes, later(apart), Date.now)).blobs).toBe(2);
  });

  test("with the database's time its lease holds, however wrong its own clock is", async () => {
    const nodes = { content: await openContent(), metadata: await open() };
    const clocks = await Promise.all([-10 * MINUTE, 10 * MINUTE].map((by) => openDatabaseClock(nodes.metadata.coordination, { wall: later(by) })));
    const [late, fast] = clocks;
    if (late === undefined || fast === undefined) throw new Error("no clocks");
    expect(Math.abs(late.now() - fast.now())).toBeLessThan(2000);
    expect((await pushWhileCollected(nodes, late.now, fast.now)).blobs).toBe(2);
    for (const clock of clocks) clock.stop();
  });

  test("what a collector left aside when it was killed comes back with a later run", async () => {
    const nodes = { content: await openContent(), metadata: await open() };
    const blob = newContent();
    await uploadInOne(registryOf(nodes, Date.now), repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });
    await nodes.content.withdraw(blob);
    const realNow = Date.now;
    Date.now = () => realNow() + HOUR;
    try {
      await nodes.content.putBackAbandoned();
    } finally {
      Date.now = realNow;
    }
    expect(await readAll(await nodes.content.read(blob))).toEqual(blob.bytes);
  });
}

describe("clocks apart: sqlite", () => {
  cases(async () => {
    const folder = mkdtempSync(join(tmpdir(), "opm-clocks-"));
    const metadata = await openSqliteStore({ path: join(folder, "metadata.db"), durability: "relaxed" });
    cleanups.push(
      () => rmSync(folder, { recursive: true, force: true }),
      () => metadata.close(),
    );
    return metadata;
  });
});

postgresSuite((database) => {
  describe("clocks apart: postgres", () => {
    cases(async () => {
      const metadata = await openPostgresStore({ url: await database(), durability: "relaxed", connections: 4 });
      cleanups.push(() => metadata.close());
      return metadata;
    });
  });
});
