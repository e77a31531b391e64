import { afterEach, beforeEach, expect, test } from "bun:test";
import type { RepositoryName } from "../oci/name.ts";
import { deleteBlob, statBlob } from "./blobs.ts";
import { type MountRequest, mountBlob } from "./mount.ts";
import { ACTOR, codeOf, EVERYBODY, type Fixture, newContent, openFixture, repositoryName } from "./testing/fixture.ts";

const from = repositoryName("mount/from");
const to = repositoryName("mount/to");

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

function mount(request: Pick<MountRequest, "digest"> & Partial<MountRequest>): Promise<boolean> {
  return mountBlob(fixture.registry, { to, from: undefined, actor: ACTOR, mayPull: () => true, ...request });
}

test("a blob is linked from the repository that is named, and stays when that loses it", async () => {
  const blob = await fixture.pushBlob(from);
  expect(await mount({ digest: blob.digest, from })).toBeTrue();
  await deleteBlob(fixture.registry, { repository: from, digest: blob.digest, actor: ACTOR, audience: EVERYBODY });
  expect(await codeOf(statBlob(fixture.registry, from, blob.digest))).toBe("BLOB_UNKNOWN");
  expect(await statBlob(fixture.registry, to, blob.digest)).toBe(blob.bytes.length);
});

test("nothing is linked from a repository that does not have it, or that the caller may not pull", async () => {
  const blob = await fixture.pushBlob(from);
  expect(await mount({ digest: newContent().digest, from })).toBeFalse();
  expect(await mount({ digest: blob.digest, from: repositoryName("mount/nothing") })).toBeFalse();
  expect(await mount({ digest: blob.digest, from, mayPull: () => false })).toBeFalse();
  expect(await fixture.metadata.repositories.find(to)).toBeUndefined();
});

test("without a name it is found in any repository that the caller may pull, however many others have it", async () => {
  const blob = await fixture.pushBlob(from);
  const names = Array.from({ length: 250 }, (_, at) => repositoryName(`mount/many-${String(at).padStart(3, "0")}`));
  for (const name of names) await mount({ digest: blob.digest, from, to: name });
  const asked = new Set<RepositoryName>();
  const mayPull = (name: RepositoryName) => {
    asked.add(name);
    return name === names.at(-1);
  };
  expect(await mount({ digest: blob.digest, mayPull })).toBeTrue();
  expect(asked.size).toBe(251);
  expect(await statBlob(fixture.registry, to, blob.digest)).toBe(blob.bytes.length);
});

test("without a name and without such a repository the existence of the content does not show", async () => {
  const blob = await fixture.pushBlob(from);
  expect(await mount({ digest: blob.digest, mayPull: () => false })).toBeFalse();
  expect(await mount({ digest: newContent().digest, mayPull: () => true })).toBeFalse();
});
