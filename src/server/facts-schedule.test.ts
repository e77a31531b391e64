import { afterEach, beforeEach, expect, test } from "bun:test";
import { eventually } from "../../test/support/eventually.ts";
import { type Fixture, imageBody, openFixture, pushManifest, repositoryName } from "../registry/testing/fixture.ts";
import { scheduleFactsSweep } from "./facts-schedule.ts";
import { createLog } from "./log.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

const APP = repositoryName("team/app");

test("what was stored unread is read soon after, also while the sweep runs", async () => {
  const log = createLog({ level: "error", format: "json", sink: () => {} });
  const schedule = scheduleFactsSweep(fixture.registry, log, { delay: 3_600_000, interval: 3_600_000 });
  const unread = fixture.with({ metadata: { manifests: { put: (put) => fixture.metadata.manifests.put({ ...put, facts: undefined }) } } });
  const registry = { ...unread, unread: schedule.wake };
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < 3; index++) await pushManifest(registry, APP, `v${round}-${index}`, imageBody(await fixture.pushBlob(APP), []));
    schedule.wake();
    const deadline = performance.now() + 50_000;
    while ((await fixture.metadata.manifests.listWithoutFacts(10)).length > 0 && performance.now() < deadline) await Bun.sleep(10);
    expect(await fixture.metadata.manifests.listWithoutFacts(10)).toEqual([]);
  }
  await schedule.stop();
});

test("what is unread is left to another process while it is at it", async () => {
  const { coordination, manifests } = fixture.metadata;
  const log = createLog({ level: "error", format: "json", sink: () => {} });
  const schedule = scheduleFactsSweep(fixture.registry, log, { delay: 3_600_000, interval: 3_600_000 });
  const unread = fixture.with({ metadata: { manifests: { put: (put) => manifests.put({ ...put, facts: undefined }) } } });
  await pushManifest(unread, APP, "v1", imageBody(await fixture.pushBlob(APP), []));
  await coordination.takeLease({ name: "facts", holder: "web-2/17", duration: 3_600_000 });
  schedule.wake();
  await Bun.sleep(500);
  expect(await manifests.listWithoutFacts(10)).toHaveLength(1);
  await coordination.releaseLease("facts", "web-2/17");
  schedule.wake();
  await eventually("it was read", async () => (await manifests.listWithoutFacts(10)).length === 0);
  await schedule.stop();
  expect(await coordination.lease("facts")).toBeUndefined();
});
