import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Digest } from "../oci/digest.ts";
import { ContentStoreError } from "../storage/content-store.ts";
import { sourceOf } from "../storage/testing/content.ts";
import { deleteBlob } from "./blobs.ts";
import { scrub } from "./scrub.ts";
import { ACTOR, EVERYBODY, type Fixture, HOUR, newContent, openFixture, repositoryName } from "./testing/fixture.ts";

const repository = repositoryName("scrub/one");

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

function change(sql: string, ...parameters: (string | Uint8Array)[]): void {
  const database = new Database(fixture.path);
  database.run("PRAGMA foreign_keys = OFF");
  database.run(sql, parameters);
  database.close();
}

test("whole content has no problems", async () => {
  await fixture.pushImage(repository, "latest");
  const seen: number[] = [];
  const report = await scrub(fixture, { now: Date.now(), onProgress: ({ checked }) => void seen.push(checked) });
  expect(report).toMatchObject({ checked: 3, problems: [], orphans: 0 });
  expect(report.bytes).toBeGreaterThan(200);
  expect(seen).toEqual([1, 2, 3]);
});

test("blobs that are missing or changed, and changed manifests, are found", async () => {
  const image = await fixture.pushImage(repository, "latest");
  const stores = fixture.with({
    content: {
      read: async (blob) => {
        const { digest } = blob;
        if (digest === image.config.digest) return undefined;
        return digest === image.layer.digest ? new Blob(["something else"]).stream() : fixture.content.read(blob);
      },
    },
  });
  change("UPDATE manifest_body SET body = ?", new TextEncoder().encode("{}"));
  const { problems } = await scrub(stores, { now: Date.now() });
  const expected = [
    { digest: image.config.digest, kind: "blob", problem: "missing" },
    { digest: image.layer.digest, kind: "blob", problem: "corrupt" },
    { digest: image.digest, kind: "manifest", problem: "corrupt" },
  ] as const;
  expect([...problems].sort((a, b) => a.digest.localeCompare(b.digest))).toEqual([...expected].sort((a, b) => a.digest.localeCompare(b.digest)));
});

test("content of another size than was stored is damaged, and a service that does not answer ends the scrub", async () => {
  const { config, layer } = await fixture.pushImage(repository, "latest");
  const down = new ContentStoreError("unavailable", "not to be read");
  const readAs = (stat: (wanted: Digest) => number) =>
    fixture.with({
      content: {
        read: async (blob) => {
          if (blob.digest === layer.digest) throw down;
          return fixture.content.read(blob);
        },
        stat: async ({ digest }) => stat(digest),
      },
    });
  expect(
    (
      await scrub(
        readAs(() => config.bytes.length + layer.bytes.length),
        { now: Date.now() },
      )
    ).problems,
  ).toEqual([{ digest: layer.digest, kind: "blob", problem: "corrupt" }]);
  expect(
    await scrub(
      readAs(() => layer.bytes.length),
      { now: Date.now() },
    ).catch((error: unknown) => error),
  ).toBe(down);
});

test("what the collector takes meanwhile is no damage", async () => {
  const blob = await fixture.pushBlob(repository);
  await deleteBlob(fixture.registry, { repository: repository, digest: blob.digest, actor: ACTOR, audience: EVERYBODY });
  fixture.advance(HOUR);
  const stores = fixture.with({
    content: {
      async read(wanted) {
        expect((await fixture.collect()).blobs).toBe(1);
        return fixture.content.read(wanted);
      },
    },
  });
  expect(await scrub(stores, { now: Date.now() })).toMatchObject({ checked: 1, problems: [] });
});

test("content that the database does not know is counted and stays, whatever is collected afterwards", async () => {
  const orphan = newContent();
  await fixture.content.write(orphan.digest, sourceOf(orphan.bytes));
  await fixture.pushImage(repository, "latest");
  for (let run = 0; run < 2; run++) {
    expect(await scrub(fixture, { now: Date.now() })).toMatchObject({ problems: [], orphans: 1, orphanBytes: 100, mostlyUnknown: false });
    fixture.advance(365 * 24 * HOUR);
    expect((await fixture.collect({ now: () => Math.max(Date.now(), fixture.registry.now()) + 1000 })).blobs).toBe(0);
  }
  expect(await fixture.content.stat(orphan)).toBe(100);
});

test("more unknown content than known is said to be so", async () => {
  await fixture.pushBlob(repository);
  const orphans = [newContent(), newContent()];
  for (const { digest, bytes } of orphans) await fixture.content.write(digest, sourceOf(bytes));
  expect(await scrub(fixture, { now: Date.now() })).toMatchObject({ problems: [], orphans: 2, mostlyUnknown: true });
});

test("an abort ends it early", async () => {
  await fixture.pushImage(repository, "latest");
  expect(await scrub(fixture, { now: Date.now(), signal: AbortSignal.abort() })).toEqual({
    checked: 0,
    bytes: 0,
    problems: [],
    orphans: 0,
    orphanBytes: 0,
    brokenUploads: 0,
    mostlyUnknown: false,
  });
});
