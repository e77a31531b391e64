import { expect, test } from "bun:test";
import { locationOf, pushBlob, pushManifest } from "../conformance/pushing.ts";
import { type Content, emptyBlob, imageOf, indexOf, randomBlob } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import { freshRepository } from "../support/use-registry.ts";
import { useGuardedRegistry } from "./guarded-registry.ts";

const { as, bearer, with: withAuthorization } = useGuardedRegistry();

async function pushed(prefix: string): Promise<{ from: string; blob: Content }> {
  const [from, blob] = [freshRepository(prefix), randomBlob()];
  await pushBlob(as("admin"), from, blob);
  return { from, blob };
}

/** The answer is that for content which is nowhere, and the blob does not get into the repository. */
async function expectNoMount(client: RegistryClient, to: string, query: Record<string, string>, blob: Content): Promise<void> {
  const answer = await client.post(to, query);
  expectStatus(answer, 202);
  const absent = await client.post(to, { ...query, mount: randomBlob().digest });
  expect([...answer.headers.keys()].sort()).toEqual([...absent.headers.keys()].sort());
  expectStatus(await as("admin").head(`/v2/${to}/blobs/${blob.digest}`), 404);
  expectStatus(await client.close(locationOf(answer), blob.digest, blob.bytes), 201);
}

test("from a repository that the caller may not pull", async () => {
  const { from, blob } = await pushed("other");
  await expectNoMount(as("writer"), freshRepository("team"), { mount: blob.digest, from }, blob);
});

test("from anywhere, where only such repositories have it", async () => {
  const { blob } = await pushed("other");
  await expectNoMount(as("writer"), freshRepository("team"), { mount: blob.digest }, blob);
});

test("from a repository where the caller may push but not pull", async () => {
  const { from, blob } = await pushed("team");
  await expectNoMount(as("pusher"), freshRepository("team"), { mount: blob.digest, from }, blob);
});

test("with a bearer token that does not cover the source", async () => {
  const { from, blob } = await pushed("team");
  const to = freshRepository("team");
  const client = withAuthorization(`Bearer ${await bearer("writer", `repository:${to}:pull,push`)}`);
  await expectNoMount(client, to, { mount: blob.digest, from }, blob);
});

test("from a repository that the caller may pull", async () => {
  const { from, blob } = await pushed("team");
  const to = freshRepository("team");
  const covering = withAuthorization(`Bearer ${await bearer("writer", `repository:${to}:pull,push`, `repository:${from}:pull`)}`);
  expectStatus(await covering.post(to, { mount: blob.digest, from }), 201);
  const queries: Record<string, string>[] = [{ mount: blob.digest, from }, { mount: blob.digest }];
  for (const query of queries) {
    const other = freshRepository("team");
    expectStatus(await as("writer").post(other, query), 201);
    expectBytes(await as("writer").get(`/v2/${other}/blobs/${blob.digest}`), blob.bytes);
  }
});

test("a manifest brings nothing of another repository with it", async () => {
  const { from, blob } = await pushed("other");
  await pushBlob(as("admin"), from, emptyBlob());
  const image = imageOf(emptyBlob(), [blob]);
  await pushManifest(as("admin"), from, image);
  const to = freshRepository("team");
  await pushBlob(as("writer"), to, emptyBlob());
  expectError(await as("writer").putManifest(to, "v1", image), 404, "MANIFEST_BLOB_UNKNOWN");
  // An index may name what is not there, and then it is still not there.
  await pushManifest(as("writer"), to, indexOf([image]), "all");
  expectError(await as("writer").get(`/v2/${to}/manifests/${image.digest}`), 404, "MANIFEST_UNKNOWN");
  expectError(await as("writer").get(`/v2/${to}/blobs/${blob.digest}`), 404, "BLOB_UNKNOWN");
});
