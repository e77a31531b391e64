import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBlobCache } from "../../src/client/cache.ts";
import { repositoryContent } from "../../src/client/content/repository-content.ts";
import { copyArtifact } from "../../src/client/copy.ts";
import type { Credential } from "../../src/client/credentials/credential.ts";
import { pullArtifact } from "../../src/client/pull.ts";
import { pushFiles } from "../../src/client/push.ts";
import { createRegistryClient } from "../../src/client/registry-client.ts";
import { writeSample } from "../../src/client/testing/sample.ts";
import { parseRepositoryName } from "../../src/oci/name.ts";
import { parseTag } from "../../src/oci/tag.ts";
import { passwordOf, type User, useGuardedRegistry } from "../access/guarded-registry.ts";
import { randomBytes } from "../support/content.ts";

const guarded = useGuardedRegistry();
const V1 = parseTag("v1");
const TYPE = "application/vnd.example.thing.v1+json";

/** A client of a user who logged in, or of nobody. */
function clientOf(user: User | undefined) {
  const credential: Credential | undefined = user === undefined ? undefined : { kind: "basic", username: user, password: passwordOf(user) };
  const client = createRegistryClient({ env: {}, credentials: { find: async () => credential } });
  const { host } = new URL(guarded.server().url);
  return { client, host, content: (name: string) => repositoryContent(client.repository(host, parseRepositoryName(name))) };
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "opm-test-"));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("an index with a signature is copied to another repository without sending a layer", async () => {
  const { content } = clientOf("writer");
  const { index, images, signature } = await writeSample(content("team/from"));
  const result = await copyArtifact({ source: content("team/from"), reference: V1 }, { target: content("team/to"), tags: [V1] }, { recursive: true });
  expect(result).toMatchObject({ copied: 4, mounted: 6, skipped: 0, descriptor: index.descriptor });
  expect(await content("team/to").manifest(V1)).toEqual(index);
  expect(await content("team/to").referrers(images[0]?.descriptor.digest ?? index.descriptor.digest)).toMatchObject([{ digest: signature.descriptor.digest }]);
});

test("of the second of two versions only the new bytes travel, both ways", async () => {
  await withFolder(async (folder) => {
    const { content } = clientOf("writer");
    const write = async (name: string, size: number) => await Bun.write(join(folder, name), randomBytes(size));
    await write("base", 300_000);
    const cache = openBlobCache(join(folder, "cache"));
    for (const [version, expected] of [
      ["1.0.0", 310_002],
      ["1.1.0", 10_000],
    ] as const) {
      await write("top", 10_000);
      const tags = [parseTag(version)];
      const pushed = await pushFiles(content("team/versions"), [{ path: join(folder, "base") }, { path: join(folder, "top") }], { type: TYPE, tags });
      expect(pushed.bytesSent).toBe(expected);
      const pulled = await pullArtifact(content("team/versions"), parseTag(version), { output: join(folder, version), cache });
      expect(pulled.bytesReceived).toBe(expected === 10_000 ? 10_000 : 310_000);
      expect(await Bun.file(join(folder, version, "top")).bytes()).toEqual(await Bun.file(join(folder, "top")).bytes());
    }
  });
});

test("who may not is told so, and not that there is nothing", async () => {
  await writeSample(clientOf("writer").content("team/secret"));
  const read = (user: User | undefined) =>
    clientOf(user)
      .content("team/secret")
      .manifest(V1)
      .catch((error: unknown) => error);
  expect(await read("puller")).toMatchObject({ descriptor: { digest: expect.any(String) } });
  const anonymous = await read(undefined);
  expect(anonymous).toMatchObject({ kind: "permission" });
  expect(String(anonymous)).toContain("docker login");
  expect(await read("stranger")).toMatchObject({ name: "ClientError" });
  const pushing = await clientOf("puller")
    .client.repository(clientOf("puller").host, parseRepositoryName("team/secret"))
    .deleteManifest(V1)
    .catch((error: unknown) => error);
  expect(pushing).toMatchObject({ kind: "permission" });
});

test("tags and repositories are listed to the end, page by page", async () => {
  const { client, host, content } = clientOf("writer");
  const { index } = await writeSample(content("team/many"));
  const tags = Array.from({ length: 1050 }, (_, at) => parseTag(`v${String(at).padStart(4, "0")}`));
  for (let at = 0; at < tags.length; at += 50) await content("team/many").putManifest(index, { tags: tags.slice(at, at + 50) });
  expect(await content("team/many").tags()).toEqual([...tags.sort(), V1].sort());
  expect(await Array.fromAsync(client.catalog(host))).toContain(parseRepositoryName("team/many"));
});

test("a tag is deleted, then it is not found", async () => {
  const { client, host, content } = clientOf("writer");
  await writeSample(content("team/gone"));
  const repository = client.repository(host, parseRepositoryName("team/gone"));
  const denied = await repository.deleteManifest(V1).catch((error: unknown) => error);
  expect(denied).toMatchObject({ kind: "permission" });
  const absent = await repository.headManifest(parseTag("absent")).catch((error: unknown) => error);
  expect(absent).toMatchObject({ kind: "not-found" });
  expect(String(absent)).toContain("not found, or not visible to this user");
});

test("chunks make the same blob", async () => {
  const { client, host, content } = clientOf("writer");
  const { images } = await writeSample(content("team/chunks"));
  const bytes = randomBytes(1_000_000);
  const digest = `sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}` as NonNullable<(typeof images)[0]>["descriptor"]["digest"];
  const repository = client.repository(host, parseRepositoryName("team/chunks"));
  const descriptor = { mediaType: "application/octet-stream", digest, size: bytes.length };
  async function* open() {
    yield bytes;
  }
  await repository.pushBlob({ descriptor, open }, { chunkSize: 300_000 });
  expect(await repository.headBlob(digest)).toBe(1_000_000);
  expect(Buffer.concat(await Array.fromAsync(repository.blob(descriptor)))).toEqual(Buffer.from(bytes));
});
