import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyArtifact } from "../../../src/client/copy.ts";
import type { ArchivedArtifact } from "../../../src/components/repository/artifact-set.ts";
import type { Tag } from "../../../src/oci/tag.ts";
import { REGISTRIES, useRegistries } from "../repository/use-registries.ts";
import { readIndependently, tree } from "../support/independent-reader.ts";
import { signatureHolds } from "../support/independent-signature.ts";
import { descriptorOf, fileResource, fixtureImage, makeComponent, PUBLIC_KEY, resourceAt, sha256 } from "./make-component.ts";
import { transferHere, useTransfer, withRepository } from "./use-transfer.ts";

const NAME = "acme.org/app";
const hostOf = useRegistries();
const { fresh, run } = useTransfer();
let image: ArchivedArtifact;
beforeAll(async () => {
  image = await fixtureImage();
});
afterAll(() => image.close());

function imageDigest() {
  return { hashAlgorithm: "SHA-256", normalisationAlgorithm: "ociArtifactDigest/v1", value: image.root.digest.slice("sha256:".length) };
}

/** The image of the fixtures as `<place>/<name>:1.0.0`. */
async function pushImage(place: string, name: string): Promise<void> {
  await withRepository(place, "write", async ({ store }) => {
    const target = store.target(store.repository(name));
    await copyArtifact({ source: image.source, reference: image.root.digest }, { target, tags: ["1.0.0" as Tag] });
  });
}

test("the older archive of one component version", async () => {
  const [origin, target] = [fresh(), fresh(".tgz")];
  const names = { byFile: `sha256.${sha256("one")}`, plain: "plain.txt" };
  const resources = [
    fileResource("file", "one", { access: { localReference: names.byFile, referenceName: "a/b:1" } }, "text/plain"),
    fileResource("older", "two", { access: { type: "localFilesystemBlob", fileName: names.plain, localReference: undefined } as never }, "text/plain"),
  ];
  const descriptor = descriptorOf(NAME, { resources });
  mkdirSync(join(origin, "blobs"), { recursive: true });
  writeFileSync(join(origin, "component-descriptor.yaml"), JSON.stringify(descriptor));
  writeFileSync(join(origin, "blobs", names.byFile), "one");
  writeFileSync(join(origin, "blobs", names.plain), "two");
  expect(await transferHere(origin, target)).toEqual([`copied ${NAME}:1.0.0`]);
  const after = await readIndependently(target, NAME, "1.0.0");
  expect(after.elements.map(({ element, bytes }) => [element.access, Buffer.from(bytes ?? []).toString()])).toEqual([
    [{ type: "localBlob", localReference: `sha256:${sha256("one")}`, mediaType: "text/plain", referenceName: "a/b:1" }, "one"],
    [{ type: "localBlob", localReference: `sha256:${sha256("two")}`, mediaType: "text/plain" }, "two"],
  ]);
  expect(signatureHolds(after.descriptor, "acme", PUBLIC_KEY)).toBe(true);
});

test("a globalAccess, which names the source, is dropped", async () => {
  const [origin, target] = [fresh(), fresh()];
  await makeComponent(origin, NAME, { resources: [fileResource("file", "one", { access: { globalAccess: { type: "ociBlob", ref: "example.com/a" } } })] });
  expect(await transferHere(origin, target)).toEqual([`copied ${NAME}:1.0.0`]);
  const { type, localReference } = tree((await readIndependently(target, NAME, "1.0.0")).elements[0]?.element.access);
  expect({ type, localReference }).toEqual({ type: "localBlob", localReference: `sha256:${sha256("one")}` });
  expect(tree((await readIndependently(target, NAME, "1.0.0")).elements[0]?.element.access)).not.toHaveProperty("globalAccess");
  expect(await transferHere(origin, target)).toEqual([`present ${NAME}:1.0.0`]);
});

describe.each(REGISTRIES)("%s", (name) => {
  test("an image that is named from the registry goes along", async () => {
    const place = `http://${hostOf(name)}/${crypto.randomUUID()}`;
    await pushImage(place, "img/echo");
    const reference = `${new URL(place).pathname.slice(1)}/img/echo:1.0.0`;
    await makeComponent(place, NAME, { resources: [resourceAt("image", { type: "relativeOciReference", reference }, { digest: imageDigest() })] });
    const target = fresh(".tar");
    expect(await transferHere(place, target, { versions: [{ name: NAME, version: "1.0.0" }] })).toEqual([`copied ${NAME}:1.0.0`]);
    const { elements, descriptor } = await readIndependently(target, NAME, "1.0.0");
    const { digest, mediaType } = image.root;
    expect(elements[0]).toMatchObject({
      isNative: true,
      element: { access: { type: "localBlob", localReference: digest, mediaType, referenceName: reference } },
    });
    expect(signatureHolds(descriptor, "acme", PUBLIC_KEY)).toBe(true);
  });

  test("an image of another tag is not replaced by an upload", async () => {
    const [origin, target] = [fresh(), `http://${hostOf(name)}/${crypto.randomUUID()}`];
    const access = { type: "localBlob", localReference: image.root.digest, mediaType: image.root.mediaType, referenceName: "img/echo:1.0.0" };
    const element = { name: "image", version: "1.0.0", type: "ociImage", relation: "local", access, digest: imageDigest() };
    await makeComponent(origin, NAME, { resources: [{ element, blobs: [{ kind: "artifact", root: image.root, source: image.source }] }] });
    await withRepository(target, "write", async (repository) => {
      // something else has the tag
      const { store } = repository;
      const descriptor = descriptorOf("acme.org/other");
      await repository.put({ descriptor, blobs: [] });
      const other = await store.source(store.repository("component-descriptors/acme.org/other")).manifest("1.0.0" as Tag);
      const source = store.source(store.repository("component-descriptors/acme.org/other"));
      await copyArtifact({ source, reference: other.descriptor.digest }, { target: store.target(store.repository("img/echo")), tags: ["1.0.0" as Tag] });
    });
    expect(await transferHere(origin, target, { uploadAs: "oci-artifact" })).toEqual([
      expect.stringMatching(/^refused: acme\.org\/app:1\.0\.0, resource image: .+\/img\/echo:1\.0\.0 is another image already: --overwrite replaces it$/),
    ]);
    expect(await transferHere(origin, target, { uploadAs: "oci-artifact", overwrite: true })).toEqual([`copied ${NAME}:1.0.0`]);
  });

  test("content that several components share is sent once", async () => {
    const [origin, target] = [fresh(), `http://${hostOf(name)}/${crypto.randomUUID()}`];
    const shared = fileResource("shared", Buffer.alloc(1_000_000, "shared"));
    for (const component of ["acme.org/one", "acme.org/two"]) await makeComponent(origin, component, { resources: [shared] });
    const states: string[] = [];
    await transferHere(origin, target, { onProgress: ({ state, total }) => void (total === 1_000_000 && state !== "moving" && states.push(state)) });
    expect(states).toEqual(["started", "done", "mounted"]);
    expect((await readIndependently(target, "acme.org/two", "1.0.0")).elements[0]?.bytes?.length).toBe(1_000_000);
  });
});

test("images are uploaded to registries only", async () => {
  const origin = fresh();
  await makeComponent(origin, NAME);
  const { code, stderr } = await run(["--upload-as", "oci-artifact", origin, fresh()]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/is no registry: images can be uploaded only to one\n$/) });
});
