import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Content, sourceOf } from "../storage/testing/content.ts";
import { removeUnknown } from "./remove-unknown.ts";
import { type Fixture, HOUR, newContent, openFixture, repositoryName } from "./testing/fixture.ts";
import { uploadInOne } from "./uploads.ts";

const DAY = 24 * HOUR;
const repository = repositoryName("unknown/one");
const later = () => Date.now() + 8 * DAY;
const options = { retention: 7 * DAY, now: later };

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

async function unknown(count: number): Promise<Content[]> {
  const contents = Array.from({ length: count }, () => newContent());
  for (const { digest, bytes } of contents) await fixture.content.write(digest, sourceOf(bytes));
  return contents;
}

async function left(contents: readonly Content[]): Promise<number> {
  return (await Promise.all(contents.map(({ digest }) => fixture.content.stat({ digest })))).filter((size) => size !== undefined).length;
}

test("unknown content is kept for the retention, and then goes with the next collection", async () => {
  await fixture.pushImage(repository, "latest");
  const contents = await unknown(2);
  expect(await removeUnknown(fixture, { ...options, now: Date.now })).toMatchObject({ contents: 0, kept: 2, refused: false });
  await fixture.collect({ now: later });
  expect(await left(contents)).toBe(2);
  expect(await removeUnknown(fixture, { ...options, dryRun: true })).toMatchObject({ contents: 2, bytes: 200, kept: 0 });
  await fixture.collect({ now: later });
  expect(await left(contents)).toBe(2);
  expect(await removeUnknown(fixture, options)).toMatchObject({ contents: 2, bytes: 200, kept: 0 });
  await fixture.collect({ now: later, unreferenced: 1000 * DAY });
  expect(await left(contents)).toBe(0);
});

test("where more is unknown than known it takes a further word", async () => {
  await fixture.pushBlob(repository);
  const contents = await unknown(2);
  expect(await removeUnknown(fixture, options)).toEqual({ contents: 0, bytes: 0, uploads: 0, kept: 2, known: 1, refused: true });
  await fixture.collect({ now: later, unreferenced: 1000 * DAY });
  expect(await left(contents)).toBe(2);
  expect(await removeUnknown(fixture, { ...options, evenIfMost: true })).toMatchObject({ contents: 2, refused: false });
});

test("a push of the same content keeps it", async () => {
  await fixture.pushImage(repository, "latest");
  const [content] = await unknown(1);
  if (content === undefined) throw new Error("no content");
  await removeUnknown(fixture, options);
  await uploadInOne({ ...fixture.registry, now: later }, repository, content.digest, { subject: "tester" }, { body: sourceOf(content.bytes) });
  await fixture.collect({ now: later });
  expect(await left([content])).toBe(1);
});
