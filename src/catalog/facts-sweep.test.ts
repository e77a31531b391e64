import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Fixture, imageBody, openFixture, pushManifest, repositoryName } from "../registry/testing/fixture.ts";
import type { ManifestStore } from "../storage/metadata/manifests.ts";
import { sweepFacts } from "./facts-sweep.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

const APP = repositoryName("team/app");

/** Pushes images as an earlier version did, which read nothing. */
async function pushUnread(count: number): Promise<void> {
  const registry = fixture.with({ metadata: { manifests: { put: (put) => fixture.metadata.manifests.put({ ...put, facts: undefined }) } } });
  for (let index = 0; index < count; index++) {
    await pushManifest(registry, APP, `v${index}`, imageBody(await fixture.pushBlob(APP), []));
  }
}

test("manifests that nobody has read are read once, in batches", async () => {
  await pushUnread(60);
  expect(await fixture.metadata.manifests.listWithoutFacts(100)).toHaveLength(60);
  expect(await sweepFacts(fixture.registry)).toBe(60);
  expect(await fixture.metadata.manifests.listWithoutFacts(100)).toEqual([]);
  expect(await sweepFacts(fixture.registry)).toBe(0);
});

test("what cannot be read gets facts that say so, and the sweep ends", async () => {
  await pushUnread(2);
  const content = {
    locate: () => {
      throw new Error("the disk is gone");
    },
  };
  expect(await sweepFacts(fixture.with({ content }))).toBe(2);
  const [row] = (await fixture.metadata.tags.listRows({ repository: APP, filter: {}, sort: { by: "name", descending: false }, limit: 1 }))?.rows ?? [];
  expect(row?.manifest.problem).toContain("the disk is gone");
});

test("facts that cannot be stored do not keep it going for ever", async () => {
  await pushUnread(2);
  expect(await sweepFacts(fixture.with({ metadata: { manifests: { putFacts: async () => {} } } }))).toBe(2);
});

test("who pushes a lot does not keep others waiting", async () => {
  await pushUnread(3);
  const put: ManifestStore["put"] = (given) => fixture.metadata.manifests.put({ ...given, facts: undefined, actor: { subject: "other" } });
  const other = await pushManifest(fixture.with({ metadata: { manifests: { put } } }), APP, "other", imageBody(await fixture.pushBlob(APP), []));
  const order: string[] = [];
  const putFacts: ManifestStore["putFacts"] = async (request) => {
    order.push(request.digest);
    await fixture.metadata.manifests.putFacts(request);
  };
  await sweepFacts(fixture.with({ metadata: { manifests: { putFacts } } }));
  expect(order).toHaveLength(4);
  expect(order.indexOf(other)).toBe(1);
});

test("it can be stopped", async () => {
  await pushUnread(2);
  expect(await sweepFacts(fixture.registry, { signal: AbortSignal.abort() })).toBe(0);
});
