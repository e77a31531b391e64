import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ArchivedArtifact } from "../../../src/components/repository/artifact-set.ts";
import { digestEncoded } from "../../../src/oci/digest.ts";
import { findTool } from "../../support/tools.ts";
import { REGISTRIES, useRegistries } from "../repository/use-registries.ts";
import { type ReadComponent, readIndependently, type Tree, text, tree } from "../support/independent-reader.ts";
import { signatureHolds } from "../support/independent-signature.ts";
import {
  blobDigest,
  fileResource,
  fileSource,
  fixtureImage,
  imageFile,
  layerBlob,
  type MadeElement,
  makeComponent,
  PUBLIC_KEY,
  sha256,
} from "./make-component.ts";
import { useTransfer, withRepository } from "./use-transfer.ts";

const SET = "application/vnd.oci.image.manifest.v1+tar+gzip";
const LAYOUT = "application/vnd.ocm.software.oci.layout.v1+tar";
const NAME = "acme.org/forms";
const VERSION = "1.0.0-rc.1+build.7";

const skopeo = await findTool("skopeo");
const hostOf = useRegistries();
const { fresh, states, transfer } = useTransfer();
let image: ArchivedArtifact;
beforeAll(async () => {
  image = await fixtureImage();
});
afterAll(() => image.close());

function manifestDigest(normalisationAlgorithm: string): Tree {
  return { hashAlgorithm: "SHA-256", normalisationAlgorithm, value: digestEncoded(image.root.digest) };
}

function nativeResource(name: string, normalisation: string): MadeElement {
  const { digest, mediaType } = image.root;
  const access = { type: "localBlob", localReference: digest, mediaType, referenceName: `img/${name}:1.0.0` };
  const element = { name, version: "1.0.0", type: "ociImage", relation: "local", access, digest: manifestDigest(normalisation) } as MadeElement["element"];
  return { element, blobs: [{ kind: "artifact", root: image.root, source: image.source }] };
}

/** An OCI image in all forms that today's tools write, and files in odd ones. */
function forms(): { readonly resources: MadeElement[]; readonly sources: MadeElement[] } {
  const named = (name: string) => ({ access: { referenceName: `img/${name}:1.0.0` } });
  const parts = ["one ", "two ", "three"].map((part) => layerBlob(new TextEncoder().encode(part), "application/octet-stream"));
  const joined = parts.map((part) => (part.kind === "layer" ? part.descriptor.digest : "")).join(",");
  const split = fileResource("split", "one two three", { access: { localReference: joined } });
  const resources = [
    fileResource("p1", imageFile("image.artifactset.tgz"), { ...named("p1"), digest: manifestDigest("ociArtifactDigest/v1") as never }, SET),
    nativeResource("p2", "ociArtifactDigest/v1"),
    nativeResource("p3", "genericBlobDigest/v1"),
    fileResource("p4", imageFile("image.artifactset.tgz"), named("p4"), SET),
    fileResource("p5", imageFile("image.layout.tar"), named("p5"), LAYOUT),
    fileResource("p6", imageFile("image.layout.tar"), { extraIdentity: { os: "linux" } }, "application/x-tar"),
    { ...split, blobs: parts },
    fileResource("twin", "first", { version: "1.0.0" }),
    fileResource("twin", "second", { version: "2.0.0" }),
    fileResource("shared", "first", { access: { type: "LocalBlob/v1" } }),
    fileResource("long", "hashed twice as long", {
      digest: { ...blobDigest(new Bun.CryptoHasher("sha512").update("hashed twice as long").digest("hex")), hashAlgorithm: "SHA-512" },
    }),
    fileResource("older", "an older spelling", {
      access: { localReference: undefined, localAccess: `digest: sha256:${sha256("an older spelling")}` } as never,
    }),
    fileResource("unsigned", "not part of the signature", {
      digest: { hashAlgorithm: "NO-DIGEST", normalisationAlgorithm: "EXCLUDE-FROM-SIGNATURE", value: "NO-DIGEST" },
    }),
  ];
  return { resources, sources: [fileSource("src", "first"), fileSource("code", "of a source")] };
}

const EXTRA = {
  component: {
    creationTime: "2026-01-02T03:04:05Z",
    labels: [{ name: "acme.org/kept", value: { deep: [1.5, null, "x", true] }, version: "v1", merge: { algorithm: "default" }, more: 1 }],
    "x-own": { any: ["thing"] },
  },
  extra: { nestedDigests: [{ name: "acme.org/other", version: "1" }], "x-top": [1, { two: null }] },
};

function contents({ elements }: ReadComponent) {
  return elements.map(({ element, bytes, isNative }) => ({ element, isNative, content: bytes === undefined ? undefined : sha256(bytes) }));
}

function withoutContexts(descriptor: Tree): Tree {
  return { ...descriptor, component: { ...tree(descriptor.component), repositoryContexts: [] } };
}

describe.each(REGISTRIES)("%s", (name) => {
  test.each([
    { schema: "v2", descriptorMediaType: "application/vnd.ocm.software.component-descriptor.v2+json" },
    { schema: "v2", descriptorMediaType: "application/vnd.ocm.software.component-descriptor.v2+yaml+tar" },
    { schema: "v3alpha1", descriptorMediaType: "application/vnd.ocm.software.component-descriptor.v2+yaml" },
  ] as const)(
    "every form stays as it is, in a descriptor of %j",
    async (put) => {
      const origin = fresh();
      const made = await makeComponent(origin, NAME, { version: VERSION, ...forms(), ...EXTRA, put });
      let from = origin;
      for (const stop of [
        `http://${hostOf(name)}/a/${put.schema}/${crypto.randomUUID()}`,
        fresh(".tgz"),
        fresh(".tar"),
        `http://${hostOf(name)}/b/${crypto.randomUUID()}`,
      ]) {
        expect(await states(`${from}//${NAME}:${VERSION}`, stop)).toEqual([`copied ${NAME}:${VERSION}`]);
        expect(await states(`${from}//${NAME}:${VERSION}`, stop)).toEqual([`present ${NAME}:${VERSION}`]);
        const stored = await withRepository(stop, "read", (repository) => repository.get(NAME, VERSION));
        expect({ schema: stored.schema, descriptorMediaType: stored.descriptorMediaType, layout: stored.layout }).toEqual({ ...put, layout: "index" });
        expect(withoutContexts(stored.descriptor)).toEqual(withoutContexts(made));
        if (put.schema === "v2") {
          const [before, after] = [await readIndependently(origin, NAME, VERSION), await readIndependently(stop, NAME, VERSION)];
          expect(contents(after)).toEqual(contents(before));
          expect(withoutContexts(after.descriptor)).toEqual(withoutContexts(made));
          expect(signatureHolds(after.descriptor, "acme", PUBLIC_KEY)).toBe(true);
        }
        from = stop;
      }
    },
    60_000,
  );

  test("images that are uploaded can be pulled, and come back", async () => {
    const [origin, place] = [fresh(), `up/${crypto.randomUUID()}`];
    await makeComponent(origin, NAME, { version: VERSION, ...forms() });
    const host = hostOf(name);
    const target = `http://${host}/${place}`;
    const { components } = await transfer("--upload-as", "oci-artifact", `${origin}//${NAME}:${VERSION}`, target);
    const images = ["p1", "p2", "p3"].map((each) => `${host}/${place}/img/${each}:1.0.0@${image.root.digest}`);
    expect(components.map(({ state, images: uploaded }) => ({ state, uploaded }))).toEqual([{ state: "copied", uploaded: images }]);
    const after = await readIndependently(target, NAME, VERSION);
    expect(signatureHolds(after.descriptor, "acme", PUBLIC_KEY)).toBe(true);
    const accesses = after.elements.map(({ element }) => tree(element.access));
    expect(accesses.slice(0, 3)).toEqual(images.map((imageReference) => ({ type: "ociArtifact", imageReference })));
    expect(accesses.slice(3).every(({ type }) => /^localBlob/i.test(text(type)))).toBe(true);
    for (const each of ["p1", "p2", "p3"]) {
      const command = [skopeo.path ?? "skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", `docker://${host}/${place}/img/${each}:1.0.0`];
      const { stdout, stderr } = Bun.spawnSync(command, { timeout: 50_000 });
      expect(`${stdout}${stderr}`.trim()).toBe(image.root.digest);
    }
    // what is there in another form stays, unless a form is asked for
    expect(await states(`${origin}//${NAME}:${VERSION}`, target)).toEqual([`present ${NAME}:${VERSION}`]);
    const back = fresh(".tgz");
    await transfer("--copy-resources", `${target}//${NAME}:${VERSION}`, back);
    const returned = await readIndependently(back, NAME, VERSION);
    expect(signatureHolds(returned.descriptor, "acme", PUBLIC_KEY)).toBe(true);
    expect(returned.elements.slice(0, 3).map(({ isNative }) => isNative)).toEqual([true, true, true]);
    expect(tree(returned.elements[0]?.element.access).referenceName).toBe(`${place}/img/p1:1.0.0`);
    expect(await states("--upload-as", "local-blob", `${origin}//${NAME}:${VERSION}`, target)).toEqual([`updated ${NAME}:${VERSION}`]);
    expect(contents(await readIndependently(target, NAME, VERSION))).toEqual(contents(await readIndependently(origin, NAME, VERSION)));
  }, 60_000);
});
