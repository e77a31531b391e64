import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresSuite } from "../../test/support/postgres-suite.ts";
import { createTypeTable } from "../artifacts/type-table.ts";
import type { ContentStore } from "../storage/content-store.ts";
import { openDatabaseClock } from "../storage/database-clock.ts";
import { openFilesystemStore } from "../storage/filesystem/filesystem-store.ts";
import { holdLease } from "../storage/leases.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { MetadataStore } from "../storage/metadata/store.ts";
import { openPostgresStore } from "../storage/postgres/postgres-store.ts";
import { openSqliteStore } from "../storage/sqlite/sqlite-store.ts";
import { readAll, sourceOf } from "../storage/testing/content.ts";
import { collect, collectContent } from "./collector.ts";
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

interface Times {
  readonly collector: () => Millis;
  readonly pusher: () => Millis;
  /** Of another collector that helps, as soon as the first one has chosen. */
  readonly helper?: () => Millis;
}

/** A push of what a collector is about to remove, at the moment when it has chosen it. Retried as clients do. */
async function pushWhileCollected(nodes: Nodes, times: Times): Promise<{ readonly blobs: number }> {
  const limits = { retention: HOUR, unreferenced: HOUR };
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
    const pusher = registryOf({ ...nodes, metadata: { ...nodes.metadata, blobs } }, times.pusher);
    let pushing: Promise<unknown> = Promise.resolve();
    const withdraw: ContentStore["withdraw"] = async (withdrawn) => {
      if (times.helper !== undefined) await collectContent(nodes, { ...limits, now: times.helper });
      pushing = uploadInOne(pusher, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });
      // where the lease holds for the pusher, it waits for the collector, which therefore cannot wait for it
      await Promise.race([pushing, refused.promise]);
      return nodes.content.withdraw(withdrawn);
    };
    await collect({ content: { ...nodes.content, withdraw }, metadata: nodes.metadata }, { ...limits, now: times.collector });
    await pushing;
    expect((await nodes.metadata.blobs.find(repository, blob.digest))?.size).toBe(size);
    expect(await readAll(await nodes.content.read(blob))).toEqual(blob.bytes);
    await collect(nodes, { ...limits, now: Date.now });
    expect(await nodes.content.stat(blob)).toBe(size);
  }
  return { blobs: (await Array.fromAsync(nodes.content.list())).length };
}

function cases(open: () => Promise<MetadataStore>): void {
  test.each([-10 * MINUTE, -3 * MINUTE, 0, 10 * MINUTE])("a collector that is %d ms off removes nothing that was acknowledged", async (apart) => {
    const nodes = { content: await openContent(), metadata: await open() };
    expect((await pushWhileCollected(nodes, { collector: later(apart), pusher: Date.now })).blobs).toBe(2);
  });

  test.each([
    [-10 * MINUTE, 10 * MINUTE],
    [10 * MINUTE, -10 * MINUTE],
  ])("a collector that is %d ms off and one that helps it and is %d ms off remove nothing that was acknowledged", async (apart, helping) => {
    const nodes = { content: await openContent(), metadata: await open() };
    expect((await pushWhileCollected(nodes, { collector: later(apart), helper: later(helping), pusher: Date.now })).blobs).toBe(2);
  });

  test.each([-10 * MINUTE, 10 * MINUTE])(
    "who does the work of all is told by the database's time: a node that is %d ms off neither takes it nor keeps it",
    async (apart) => {
      const { coordination } = await open();
      const realNow = Date.now;
      const held = await holdLease(coordination, "collection", { holder: "here" });
      if (!("held" in held)) throw new Error("the lease was not given");
      Date.now = () => realNow() + apart;
      try {
        expect(await holdLease(coordination, "collection", { holder: "apart" })).toMatchObject({ other: { holder: "here" } });
        expect(held.held.signal.aborted).toBe(false);
        await held.held.release();
        const later = await holdLease(coordination, "collection", { holder: "apart" });
        expect(later).toHaveProperty("held");
        const until = (await coordination.lease("collection"))?.until ?? 0;
        expect(until - (await coordination.time())).toBeWithin(1, MINUTE);
        if ("held" in later) await later.held.release();
      } finally {
        Date.now = realNow;
      }
    },
  );

  test("with the database's time its lease holds, however wrong its own clock is", async () => {
    const nodes = { content: await openContent(), metadata: await open() };
    const clocks = await Promise.all([-10 * MINUTE, 10 * MINUTE].map((by) => openDatabaseClock(nodes.metadata.coordination, { wall: later(by) })));
    const [late, fast] = clocks;
    if (late === undefined || fast === undefined) throw new Error("no clocks");
    expect(Math.abs(late.now() - fast.now())).toBeLessThan(2000);
    expect((await pushWhileCollected(nodes, { collector: late.now, helper: fast.now, pusher: fast.now })).blobs).toBe(2);
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
