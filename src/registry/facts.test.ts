import { afterEach, beforeEach, expect, test } from "bun:test";
import { createTypeTable } from "../artifacts/type-table.ts";
import { digestOf } from "../oci/digest.ts";
import { parseManifest } from "../oci/manifest.ts";
import { OCI_IMAGE_MANIFEST } from "../oci/media-types.ts";
import { sourceOf } from "../storage/testing/content.ts";
import { readFactsLater } from "./facts.ts";
import { ACTOR, codeOf, type Fixture, imageBody, openFixture, pushManifest, repositoryName } from "./testing/fixture.ts";
import { uploadInOne } from "./uploads.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

const MINE = repositoryName("team/mine");
const OTHERS = repositoryName("team/others");

async function pushConfig(repository = MINE): Promise<{ digest: ReturnType<typeof digestOf>; bytes: Uint8Array<ArrayBuffer> }> {
  const bytes = new TextEncoder().encode(JSON.stringify({ os: "linux", architecture: "arm64", config: { Labels: { secret: "of others" } }, rootfs: {} }));
  const digest = digestOf(bytes);
  await uploadInOne(fixture.registry, repository, digest, ACTOR, { body: sourceOf(bytes) });
  return { digest, bytes };
}

test("a push stores what the config says", async () => {
  const config = await pushConfig();
  const digest = await pushManifest(fixture.registry, MINE, "v1", imageBody(config, []));
  expect(await fixture.metadata.manifests.summary(MINE, digest)).toMatchObject({
    platforms: ["linux/arm64"],
    labels: { secret: "of others" },
    problem: undefined,
  });
  expect(await fixture.metadata.manifests.listWithoutFacts(10)).toEqual([]);
});

test("content of other repositories is not read", async () => {
  const config = await pushConfig(OTHERS);
  const facts = await readFactsLater(fixture.registry, { repository: MINE, manifest: parseManifest(imageBody(config, []), OCI_IMAGE_MANIFEST) });
  expect(facts).toMatchObject({ labels: {}, platforms: [], problem: expect.stringContaining("not in the registry") });
});

test("content that cannot be read keeps nobody from pushing, and is left to the sweep", async () => {
  const config = await pushConfig();
  const broken = fixture.with({
    content: {
      locate: () => {
        throw new Error("the disk is gone");
      },
    },
  });
  let told = 0;
  const unread = () => {
    told++;
  };
  const digest = await pushManifest({ ...broken, unread }, MINE, "v1", imageBody(config, []));
  expect(told).toBe(1);
  expect(await fixture.metadata.manifests.listWithoutFacts(10)).toEqual([{ repository: MINE, digest, pushedBy: ACTOR.subject }]);
});

test("a type that is not taken is refused before anything of it is stored", async () => {
  const config = await pushConfig();
  const types = createTypeTable({ deny: ["application/vnd.oci.image.config.*"] });
  expect(await codeOf(pushManifest({ ...fixture.registry, types: () => types }, MINE, "v1", imageBody(config, [])))).toBe("POLICY_VIOLATION");
  expect(await fixture.metadata.tags.list(MINE, { limit: 10 })).toEqual([]);
});
