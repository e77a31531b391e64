import { afterEach, beforeEach, expect, test } from "bun:test";
import { eventually } from "../../test/support/eventually.ts";
import { COLLECTION_LEASE, type Collected } from "../registry/collector.ts";
import { claimStores } from "../registry/store-identity.ts";
import { type Fixture, HOUR, openFixture, repositoryName } from "../registry/testing/fixture.ts";
import { scheduleCollector } from "./collector-schedule.ts";
import { createLog } from "./log.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
  await claimStores(fixture, { adopt: false, ephemeral: true });
});
afterEach(() => fixture.close());

/** Milliseconds of both clocks: that of the timers, and that of the fixture, which stands still. */
const INTERVAL = 5;
const APP = repositoryName("team/app");

function schedule() {
  const counted: Pick<Collected, "blobs">[] = [];
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "json", sink: (text) => void lines.push(text) });
  const plan = { interval: INTERVAL, retry: INTERVAL, retention: HOUR, unreferenced: HOUR, now: fixture.registry.now };
  const { stop } = scheduleCollector(fixture, plan, log, { collected: (counts) => void counted.push(counts) });
  const stopAndRead = async () => {
    await stop();
    log.flush();
    return lines.join("");
  };
  return { stop, stopAndRead, blobs: () => counted.reduce((sum, { blobs }) => sum + blobs, 0) };
}

const lastRun = async () => (await fixture.metadata.collection.lastRuns()).collection;

test("the next run is due an interval after the last one, whichever process that was", async () => {
  const { now } = fixture.registry;
  await fixture.pushBlob(APP);
  fixture.advance(2 * HOUR);
  const noted = now();
  await fixture.metadata.collection.noteRun("collection", noted);
  const collector = schedule();
  await Bun.sleep(20 * INTERVAL);
  expect(collector.blobs()).toBe(0);
  expect(await lastRun()).toBe(noted);
  fixture.advance(INTERVAL);
  await eventually("it collected", async () => collector.blobs() === 1);
  await eventually("it noted so", async () => (await lastRun()) === now());
  await collector.stop();
});

test("while another process collects it helps with what is free to go, and takes over when that one is gone", async () => {
  const { coordination } = fixture.metadata;
  const { digest } = await fixture.pushBlob(APP);
  await fixture.pushBlob(APP);
  await fixture.metadata.blobs.delete({ repository: APP, digest, actor: { subject: "tester" }, now: fixture.registry.now() });
  fixture.advance(2 * HOUR);
  await coordination.takeLease({ name: COLLECTION_LEASE, holder: "web-2/17", duration: HOUR });
  const collector = schedule();
  await eventually("it helped", async () => (await fixture.content.stat({ digest })) === undefined);
  expect(collector.blobs()).toBeLessThanOrEqual(1);
  expect(await lastRun()).toBeUndefined();
  await coordination.takeLease({ name: COLLECTION_LEASE, holder: "web-2/17", duration: -1 });
  await eventually("it took over", async () => (await lastRun()) !== undefined);
  expect(collector.blobs()).toBe(2);
  const lines = await collector.stopAndRead();
  expect(lines).toMatch(/"helped another process to collect".*"blobs":1.*"holder":"web-2\/17"/);
  expect(lines).toMatch(/"collected".*"links":1/);
  expect(await coordination.lease(COLLECTION_LEASE)).toBeUndefined();
});
