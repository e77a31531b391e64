import { expect, test } from "bun:test";
import { openUpload } from "../registry/open-upload.ts";
import { ACTOR, HOUR, openFixture, repositoryName } from "../registry/testing/fixture.ts";
import { appendToUpload } from "../registry/uploads.ts";
import { sourceOf } from "../storage/testing/content.ts";
import { createLog } from "./log.ts";
import { scheduleUploads } from "./upload-schedule.ts";

test("sessions whose time is over end without the collector", async () => {
  const { registry, metadata, content, advance, close } = await openFixture();
  const log = createLog({ level: "error", format: "json", sink: () => {} });
  const repository = repositoryName("uploads/schedule");
  const open = async () => {
    const { id, location } = openUpload(registry, repository, "sha256", ACTOR);
    await appendToUpload(registry, { repository, location, actor: ACTOR }, { body: sourceOf(new Uint8Array(10)) });
    return id;
  };
  await open();
  advance(24 * HOUR);
  const id = await open();
  advance(1);
  // Another process is at it.
  await metadata.coordination.takeLease({ name: "expired uploads", holder: "web-2/17", duration: HOUR });
  const schedule = scheduleUploads({ content, metadata }, registry.now, log, 5);
  await Bun.sleep(100);
  expect((await metadata.collection.usage()).uploads).toBe(2);
  await metadata.coordination.releaseLease("expired uploads", "web-2/17");
  const deadline = performance.now() + 50_000;
  while ((await metadata.collection.usage()).uploads > 1 && performance.now() < deadline) await Bun.sleep(5);
  await schedule.stop();
  expect((await metadata.collection.usage()).uploads).toBe(1);
  expect(await metadata.uploads.find(id)).toBeDefined();
  await close();
});
