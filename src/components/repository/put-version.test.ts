import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileStream } from "../../client/content/files.ts";
import { collect } from "../../client/content/verified.ts";
import type { ProgressEvent } from "../../client/progress.ts";
import { OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import type { Tag } from "../../oci/tag.ts";
import { openArtifactArchive } from "./artifact-set.ts";
import type { ComponentRepository } from "./component-repository.ts";
import { createComponentRepository } from "./create-component-repository.ts";
import { ctfFolder } from "./ctf/ctf-folder.ts";
import { ctfStore } from "./ctf/ctf-store.ts";
import { localBlob, sampleDescriptor, sampleResource, textBlob } from "./testing/sample-version.ts";

const root = await mkdtemp(join(tmpdir(), "opm-put-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const IMAGE = join(import.meta.dir, "../../../test/component/fixtures/inputs/image.artifactset.tgz");

interface Place {
  readonly path: string;
  readonly repository: ComponentRepository;
}

async function place(): Promise<Place> {
  const path = join(await mkdtemp(join(root, "place-")), "ctf");
  return { path, repository: createComponentRepository(ctfStore(ctfFolder(path, path), { path, readOnly: false })) };
}

async function manifestOf({ repository }: Place, version = "1.0.0") {
  const source = repository.store.source(repository.store.repository("component-descriptors/acme.org/app"));
  return JSON.parse(new TextDecoder().decode((await source.manifest(version as Tag)).bytes));
}

const text = async (bytes: AsyncIterable<Uint8Array>) => new TextDecoder().decode(await collect(bytes));

describe("layout A", () => {
  test("the descriptor first, a blob of several elements once, with all of them", async () => {
    const here = await place();
    const [one, two] = [textBlob("one"), textBlob("two")];
    const resources = [
      sampleResource("first", localBlob(two)),
      sampleResource("same", localBlob(one), { extraIdentity: { os: "linux" } }),
      sampleResource("same", localBlob(one), { extraIdentity: { os: "linux" }, version: "2.0.0" }),
    ];
    const descriptor = sampleDescriptor({ resources, sources: [sampleResource("code", localBlob(one))] });
    expect((await here.repository.put({ descriptor, blobs: [one, two, one] })).layout).toBe("manifest");
    const { layers, annotations, artifactType, config } = await manifestOf(here);
    expect(layers.map(({ mediaType }: { mediaType: string }) => mediaType)).toEqual([
      "application/vnd.ocm.software.component-descriptor.v2+json",
      "text/plain",
      "text/plain",
    ]);
    expect(layers[1].digest).toBe(two.descriptor.digest);
    expect(JSON.parse(layers[2].annotations["software.ocm.artifact"])).toEqual([
      { identity: { name: "same", os: "linux", version: "1.0.0" }, kind: "resource" },
      { identity: { name: "same", os: "linux", version: "2.0.0" }, kind: "resource" },
      { identity: { name: "code" }, kind: "source" },
    ]);
    expect(annotations["software.ocm.componentversion"]).toBe("acme.org/app:1.0.0");
    expect(artifactType).toBe("application/vnd.ocm.software.component-descriptor.v2");
    expect(config.mediaType).toBe("application/vnd.ocm.software.component.config.v1+json");
  });

  test("equal component versions have equal manifests, in whatever order their blobs come", async () => {
    const [one, two] = [textBlob("one"), textBlob("two")];
    const descriptor = sampleDescriptor({ resources: [sampleResource("one", localBlob(one)), sampleResource("two", localBlob(two))] });
    const digests = await Promise.all(
      [
        [one, two],
        [two, one],
      ].map(async (blobs) => (await (await place()).repository.put({ descriptor, blobs })).digest),
    );
    expect(digests[0]).toBe(digests[1]);
  });

  test("a blob in several parts", async () => {
    const { repository } = await place();
    const parts = [textBlob("hello ", "application/octet-stream"), textBlob("world", "application/octet-stream")];
    const reference = parts.map(({ descriptor }) => descriptor.digest).join(",");
    const access = { type: "localBlob", localReference: reference, mediaType: "text/plain" };
    await repository.put({ descriptor: sampleDescriptor({ resources: [sampleResource("split", access)] }), blobs: parts });
    const blob = await (await repository.get("acme.org/app", "1.0.0")).localBlob(access);
    expect({ size: blob.size, mediaType: blob.mediaType, text: await text(blob.open()) }).toEqual({ size: 11, mediaType: "text/plain", text: "hello world" });
  });

  test("older spellings of the local reference", async () => {
    const { repository } = await place();
    const blob = textBlob("hello");
    const { digest } = blob.descriptor;
    const accesses = [
      { type: "LocalBlob/v1", localReference: digest },
      { type: "localBlob", localAccess: `digest: ${digest}`, mediaType: "text/x" },
      { type: "localBlob", digest },
      { type: "localOciBlob", digest },
      { type: "localFilesystemBlob", fileName: digest.replace(":", "."), mediaType: "text/plain" },
    ];
    const descriptor = sampleDescriptor({ resources: accesses.map((access, at) => sampleResource(`r${at}`, access)) });
    await repository.put({ descriptor, blobs: [blob] });
    const version = await repository.get("acme.org/app", "1.0.0");
    expect(version.descriptor).toEqual(descriptor);
    for (const access of accesses) expect(await text((await version.localBlob(access)).open())).toBe("hello");
  });

  test("what came as YAML or as v3alpha1 stays so", async () => {
    const { repository } = await place();
    const mediaType = "application/vnd.ocm.software.component-descriptor.v2+yaml+tar";
    await repository.put({ descriptor: sampleDescriptor(), blobs: [], descriptorMediaType: mediaType, schema: "v3alpha1" });
    const version = await repository.get("acme.org/app", "1.0.0");
    expect([version.descriptorMediaType, version.schema]).toEqual([mediaType, "v3alpha1"]);
    expect(version.descriptor).toEqual(sampleDescriptor());
  });

  test("legacy media types are not written any more", async () => {
    const { repository } = await place();
    await repository.put({
      descriptor: sampleDescriptor(),
      blobs: [],
      descriptorMediaType: "application/vnd.gardener.cloud.cnudie.component-descriptor.v2+yaml",
    });
    expect((await repository.get("acme.org/app", "1.0.0")).descriptorMediaType).toBe("application/vnd.ocm.software.component-descriptor.v2+yaml");
  });
});

test("layout B: artifacts beside the manifest, natively, with their platforms", async () => {
  const here = await place();
  const set = await openArtifactArchive(readFileStream(IMAGE), "image");
  const access = { type: "localBlob", localReference: set.root.digest, mediaType: OCI_IMAGE_MANIFEST };
  const hello = textBlob("hello");
  const resources = [sampleResource("image", access, { extraIdentity: { os: "linux", architecture: "amd64" } }), sampleResource("hello", localBlob(hello))];
  const result = await here.repository.put({
    descriptor: sampleDescriptor({ resources }),
    blobs: [{ kind: "artifact", root: set.root, source: set.source }, hello],
  });
  await set.close();
  expect(result.layout).toBe("index");
  const { manifests, annotations } = await manifestOf(here);
  expect(manifests.length).toBe(2);
  expect(manifests[0].annotations["software.ocm.descriptor"]).toBe("true");
  expect(manifests[0].artifactType).toBe("application/vnd.ocm.software.component-descriptor.v2");
  expect(manifests[1].platform).toEqual({ architecture: "amd64", os: "linux" });
  expect(annotations["software.ocm.componentversion"]).toBe("acme.org/app:1.0.0");
  const version = await here.repository.get("acme.org/app", "1.0.0");
  const blob = await version.localBlob(access);
  expect(blob.content.kind).toBe("artifact");
  const again = await openArtifactArchive(blob.open(), "again");
  expect(again.root.digest).toBe(set.root.digest);
  expect(again.tags).toEqual(["1.0.0"]);
  await again.close();
});

describe("what fails", () => {
  test("a blob that is not there: nothing is written", async () => {
    const here = await place();
    const descriptor = sampleDescriptor({ resources: [sampleResource("gone", localBlob(textBlob("gone")))] });
    const error = await here.repository.put({ descriptor, blobs: [] }).catch((cause) => cause);
    expect(error).toMatchObject({ kind: "invalid", subject: "acme.org/app:1.0.0, resource gone" });
    expect(await readdir(join(here.path, "..")).catch(() => [])).toEqual([]);
  });

  test("a blob that is not what it says: no version is visible, and it goes on from there", async () => {
    const here = await place();
    const [good, bad] = [textBlob("good"), textBlob("bad")];
    const descriptor = sampleDescriptor({ resources: [sampleResource("good", localBlob(good)), sampleResource("bad", localBlob(bad))] });
    const error = await here.repository.put({ descriptor, blobs: [good, { ...bad, open: textBlob("xxx").open }] }).catch((cause) => cause);
    expect(error).toMatchObject({ kind: "invalid" });
    expect(await here.repository.has("acme.org/app", "1.0.0")).toBe(false);
    expect(await here.repository.versions("acme.org/app")).toEqual([]);
    const events: ProgressEvent[] = [];
    await here.repository.put({ descriptor, blobs: [good, bad], onProgress: (event) => void events.push(event) });
    expect(events.filter(({ state }) => state === "skipped").map(({ digest }) => digest)).toEqual([good.descriptor.digest]);
    expect(await here.repository.has("acme.org/app", "1.0.0")).toBe(true);
  });

  test("a version that no tag can hold", async () => {
    const { repository } = await place();
    for (const version of ["1.0.0+a+b", `1.0.0-${"a".repeat(125)}`, "latest"]) {
      const error = await repository.put({ descriptor: sampleDescriptor({ version }), blobs: [] }).catch((cause) => cause);
      expect(error).toMatchObject({ kind: "invalid" });
    }
  });

  test("content that is not of the component", async () => {
    const { repository } = await place();
    await repository.put({ descriptor: sampleDescriptor(), blobs: [] });
    const { store } = repository;
    const from = store.source(store.repository("component-descriptors/acme.org/app"));
    const manifest = await from.manifest("1.0.0" as Tag);
    await store.target(store.repository("component-descriptors/acme.org/other")).putManifest(manifest, { tags: ["1.0.0" as Tag] });
    const error = await repository.get("acme.org/other", "1.0.0").catch((cause) => cause);
    expect(error.message).toMatch(/has acme.org\/app:1.0.0 in the place of acme.org\/other:1.0.0/);
  });
});

describe("versions", () => {
  test("ascending, with build metadata, without junk", async () => {
    const here = await place();
    const versions = ["2.0.0", "1.0.0-rc.build-1", "1.0.0+build.7", "v1.0.0-rc+1", "1.2", "1.10"];
    for (const version of versions) await here.repository.put({ descriptor: sampleDescriptor({ version }), blobs: [] });
    const { store } = here.repository;
    const target = store.target(store.repository("component-descriptors/acme.org/app"));
    const manifest = await target.manifest("1.2" as Tag);
    const junk = ["latest", `sha256-${"0".repeat(64)}`, `sha256-${"0".repeat(64)}.sig`, "main"] as Tag[];
    await target.putManifest(manifest, { tags: junk });
    expect(await here.repository.versions("acme.org/app")).toEqual(["v1.0.0-rc+1", "1.0.0-rc.build-1", "1.0.0+build.7", "1.2", "1.10", "2.0.0"]);
    for (const version of versions) expect((await here.repository.get("acme.org/app", version)).descriptor.component.version).toBe(version);
    expect(await here.repository.versions("acme.org/none")).toEqual([]);
  });
});
