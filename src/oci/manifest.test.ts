import { describe, expect, test } from "bun:test";
import { digestOf } from "./digest.ts";
import { declaredType, parseManifest } from "./manifest.ts";
import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_EMPTY, OCI_IMAGE_CONFIG, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR } from "./media-types.ts";

const config = { mediaType: OCI_IMAGE_CONFIG, digest: digestOf("config"), size: 6 };
const layer = { mediaType: OCI_LAYER_TAR, digest: digestOf("layer", "sha512"), size: 5 };
const subject = { mediaType: OCI_IMAGE_MANIFEST, digest: digestOf("subject"), size: 7 };
const image = { schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config, layers: [layer] };
const index = { schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests: [subject] };

const parse = (document: unknown, contentType?: string) => parseManifest(new TextEncoder().encode(JSON.stringify(document)), contentType);
const refused = (message: RegExp) => expect.objectContaining({ code: "MANIFEST_INVALID", status: 400, message: expect.stringMatching(message) });

describe("an image", () => {
  test("is read with its edges in their order", () => {
    const parsed = parse({ ...image, layers: [layer, config, layer], subject, artifactType: "a/b", annotations: { k: "v" } });
    expect(parsed).toMatchObject({
      kind: "image",
      mediaType: OCI_IMAGE_MANIFEST,
      artifactType: "a/b",
      configMediaType: OCI_IMAGE_CONFIG,
      subject: subject.digest,
    });
    expect(parsed.annotations).toEqual({ k: "v" });
    expect(parsed.edges.map(({ kind, digest, size }) => [kind, digest, size])).toEqual([
      ["config", config.digest, 6],
      ["layer", layer.digest, 5],
      ["layer", config.digest, 6],
      ["layer", layer.digest, 5],
      ["subject", subject.digest, 7],
    ]);
  });

  test("needs its config and layers, but neither subject nor non-distributable layers", () => {
    const foreign = { ...layer, mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip" };
    const { edges } = parse({ ...image, layers: [layer, foreign], subject });
    expect(edges.map(({ kind, required }) => [kind, required])).toEqual([
      ["config", true],
      ["layer", true],
      ["layer", false],
      ["subject", false],
    ]);
  });

  test.each([
    ["no layers", { layers: undefined }],
    ["null for layers", { layers: null }],
    ["null for subject and annotations", { subject: null, annotations: null }],
    ["an empty artifactType", { artifactType: "" }],
    ["custom fields", { custom: { deep: [1] }, config: { ...config, custom: true } }],
    ["an unknown config type", { config: { ...config, mediaType: "application/vnd.unknown.v9" } }],
    ["an unknown layer type", { layers: [{ ...layer, mediaType: "x/y" }] }],
  ])("with %s is taken", (_name, change) => {
    expect(parse({ ...image, ...change })).toMatchObject({ kind: "image", artifactType: undefined });
  });

  test("of Docker is an image as well", () => {
    expect(parse({ ...image, mediaType: DOCKER_MANIFEST })).toMatchObject({ kind: "image", mediaType: DOCKER_MANIFEST });
  });
});

describe("an index", () => {
  test("is read with platforms and types of its children, none of which must be there", () => {
    const platform = { os: "linux", architecture: "arm64", variant: "v8" };
    const parsed = parse({ ...index, artifactType: "a/b", manifests: [{ ...subject, platform, artifactType: "c/d" }], subject: layer });
    expect(parsed).toMatchObject({ kind: "index", artifactType: "a/b", configMediaType: undefined, subject: layer.digest });
    expect(parsed.edges).toMatchObject([
      { kind: "child", digest: subject.digest, platform, artifactType: "c/d", required: false },
      { kind: "subject", digest: layer.digest, required: false },
    ]);
  });

  test.each([[{ manifests: [] }], [{ manifests: undefined }], [{ manifests: null }]])("may be empty: %j", (change) => {
    expect(parse({ ...index, ...change }).edges).toEqual([]);
  });

  test("of Docker is an index as well", () => {
    expect(parse({ ...index, mediaType: DOCKER_MANIFEST_LIST })).toMatchObject({ kind: "index", mediaType: DOCKER_MANIFEST_LIST });
  });
});

describe("the type", () => {
  test("comes from the Content-Type, or else from the document", () => {
    const { mediaType: _, ...untyped } = image;
    expect(parse(untyped, OCI_IMAGE_MANIFEST).mediaType).toBe(OCI_IMAGE_MANIFEST);
    expect(parse(image).mediaType).toBe(OCI_IMAGE_MANIFEST);
    expect(parse(image, "").mediaType).toBe(OCI_IMAGE_MANIFEST);
    expect(() => parse(untyped)).toThrow(refused(/neither/));
  });

  test("must be one, and the same in both places", () => {
    expect(() => parse(image, DOCKER_MANIFEST)).toThrow(refused(/differs/));
    expect(() => parse({ ...image, mediaType: "text/plain" }, "text/plain")).toThrow(refused(/unsupported/));
    expect(() => parse({ ...image, mediaType: 7 })).toThrow(refused(/mediaType/));
  });

  test("a document that is both image and index is refused", () => {
    expect(() => parse({ ...image, manifests: [] })).toThrow(refused(/manifests/));
    expect(() => parse({ ...index, config })).toThrow(refused(/config/));
    expect(() => parse({ ...index, layers: [] })).toThrow(refused(/layers/));
  });

  test("for referrer lists is the document's own, or else its config's", () => {
    expect(declaredType(parse({ ...image, artifactType: "a/b" }))).toBe("a/b");
    expect(declaredType(parse({ ...image, artifactType: "" }))).toBe(OCI_IMAGE_CONFIG);
    expect(declaredType(parse({ ...index, artifactType: "a/b" }))).toBe("a/b");
    expect(declaredType(parse(index))).toBeUndefined();
  });
});

describe("embedded data", () => {
  const empty = { mediaType: OCI_EMPTY, digest: digestOf("{}"), size: 2, data: "e30=" };

  test("that is its content is taken", () => {
    expect(parse({ ...image, config: empty, layers: [{ ...empty, digest: digestOf("{}", "sha512") }] }).edges).toHaveLength(2);
  });

  test.each([
    ["other content", { data: "W10=" }],
    ["another size", { size: 3 }],
    ["another digest", { digest: config.digest }],
    ["nothing", { data: "" }],
    ["no base64", { data: "{}" }],
  ])("with %s is refused", (_name, change) => {
    expect(() => parse({ ...image, config: { ...empty, ...change } })).toThrow(refused(/data/));
  });
});

test("the message names the field", () => {
  expect(() => parse({ ...image, layers: [layer, { ...layer, size: -1 }] })).toThrow(refused(/layers\.1\.size/));
  expect(() => parse({ ...image, config: { ...config, digest: "sha256:x" } })).toThrow(refused(/config\.digest/));
  expect(() => parse({ ...image, schemaVersion: 1 })).toThrow(refused(/schemaVersion/));
});
