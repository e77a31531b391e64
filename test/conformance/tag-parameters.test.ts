import { beforeAll, describe, expect, test } from "bun:test";
import { emptyBlob, indexOf, type ManifestContent, referrerOf } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { pushBlobs, pushManifest } from "./pushing.ts";

const { client } = useRegistry();

describe.each(["sha256", "sha512"] as const)("main: tag parameters with a %s manifest (end-7b)", (algorithm) => {
  const index = (): ManifestContent => indexOf([], { annotations: { id: crypto.randomUUID() } }, { algorithm });
  const repository = freshRepository();
  beforeAll(() => pushBlobs(client, repository, [emptyBlob()]));

  const tagsOf = (answer: { headers: Headers }) => answer.headers.get("OCI-Tag")?.split(/\s*,\s*/);

  test.each([1, 2, 10, 50])("%i tags are all set, and told", async (count) => {
    const manifest = index();
    const tags = Array.from({ length: count }, (_, at) => `many-${count}-${at}`);
    const pushed = await client.putManifest(repository, manifest.digest, manifest, tags);
    expectStatus(pushed, 201);
    expect(tagsOf(pushed)?.sort()).toEqual(tags.sort());
    expect(pushed.headers.get("Docker-Content-Digest")).toBe(manifest.digest);
    for (const tag of tags) {
      const pulled = await client.get(`/v2/${repository}/manifests/${tag}`);
      expectBytes(pulled, manifest.bytes);
      expect(pulled.headers.get("Docker-Content-Digest")).toBe(manifest.digest);
    }
  });

  test("without tags there is no OCI-Tag", async () => {
    expect((await pushManifest(client, repository, index())).headers.get("OCI-Tag")).toBeNull();
  });

  test("the same tag twice is one tag", async () => {
    const manifest = index();
    const pushed = await client.putManifest(repository, manifest.digest, manifest, ["twice", "twice"]);
    expectStatus(pushed, 201);
    expect(new Set(tagsOf(pushed))).toEqual(new Set(["twice"]));
  });

  test("a tag moves", async () => {
    const [before, after] = [index(), index()];
    for (const manifest of [before, after]) expectStatus(await client.putManifest(repository, manifest.digest, manifest, ["moves"]), 201);
    expectBytes(await client.get(`/v2/${repository}/manifests/moves`), after.bytes);
  });

  test("the subject is told as well", async () => {
    const subject = index();
    const referrer = referrerOf(subject, "application/vnd.example");
    const pushed = await client.putManifest(repository, referrer.digest, referrer, ["with-subject"]);
    expect(pushed.headers.get("OCI-Subject")).toBe(subject.digest);
    expect(tagsOf(pushed)).toEqual(["with-subject"]);
  });

  test.each(["", "-x", ".x", "a/b", "a b", "ä", "x".repeat(129), "a:b"])("'%s' is no tag: nothing is stored", async (tag) => {
    const manifest = index();
    expectError(await client.putManifest(repository, manifest.digest, manifest, ["good", tag]), 400, "TAG_INVALID", "MANIFEST_INVALID");
    for (const reference of [manifest.digest, "good"]) expectStatus(await client.head(`/v2/${repository}/manifests/${reference}`), 404);
  });

  test("a refused manifest sets no tag", async () => {
    const [manifest, other] = [index(), index()];
    expectError(await client.putManifest(repository, other.digest, manifest, ["unset"]), 400, "DIGEST_INVALID");
    expectStatus(await client.head(`/v2/${repository}/manifests/unset`), 404);
  });
});
