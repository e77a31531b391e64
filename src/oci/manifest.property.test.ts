import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { digestOf } from "./digest.ts";
import { RegistryError } from "./errors.ts";
import { type ParsedManifest, parseManifest } from "./manifest.ts";
import { MANIFEST_MEDIA_TYPES, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "./media-types.ts";

const encoder = new TextEncoder();

const mediaTypes = fc.stringMatching(/^[a-z][a-z0-9.+-]{0,20}\/[a-z][a-z0-9.+-]{0,20}$/);
const digests = fc.tuple(fc.uint8Array({ maxLength: 8 }), fc.constantFrom("sha256", "sha512")).map(([bytes, algorithm]) => digestOf(bytes, algorithm));
/** The key `__proto__` is left out by the parser, on purpose. */
const annotations = fc.dictionary(
  fc.string().filter((key) => key !== "__proto__"),
  fc.string(),
  { maxKeys: 4 },
);
const custom = fc.dictionary(fc.stringMatching(/^x-[a-z]{1,5}$/), fc.jsonValue(), { maxKeys: 2 });
const descriptors = fc
  .record({ mediaType: mediaTypes, digest: digests, size: fc.nat(), annotations }, { requiredKeys: ["mediaType", "digest", "size"] })
  .chain((descriptor) => custom.map((more) => ({ ...more, ...descriptor })));
const common = { artifactType: mediaTypes, subject: descriptors, annotations };
const images = fc
  .record(
    {
      schemaVersion: fc.constant(2),
      mediaType: fc.constant(OCI_IMAGE_MANIFEST),
      config: descriptors,
      layers: fc.array(descriptors, { maxLength: 5 }),
      ...common,
    },
    { requiredKeys: ["schemaVersion", "mediaType", "config"] },
  )
  .chain((image) => custom.map((more) => ({ ...more, ...image })));
const indexes = fc.record(
  { schemaVersion: fc.constant(2), mediaType: fc.constant(OCI_IMAGE_INDEX), manifests: fc.array(descriptors, { maxLength: 5 }), ...common },
  { requiredKeys: ["schemaVersion", "mediaType", "manifests"] },
);

/** The result, or undefined when it was refused as the only way it may be refused. */
function attempt(bytes: Uint8Array, contentType?: string): ParsedManifest | undefined {
  try {
    return parseManifest(bytes, contentType);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    expect(error).toMatchObject({ code: "MANIFEST_INVALID", status: 400 });
    expect(error.message).not.toBe("");
    expect(error.message.length).toBeLessThan(2000);
    return undefined;
  }
}

describe("parseManifest takes every well-formed document", () => {
  test("images: the edges are the descriptors, in their order", () => {
    fc.assert(
      fc.property(images, (image) => {
        const parsed = parseManifest(encoder.encode(JSON.stringify(image)), OCI_IMAGE_MANIFEST);
        const expected = [image.config, ...(image.layers ?? []), ...(image.subject ? [image.subject] : [])];
        expect(parsed.edges.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }))).toEqual(
          expected.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
        );
        expect(parsed).toMatchObject({
          kind: "image",
          artifactType: image.artifactType,
          configMediaType: image.config.mediaType,
          subject: image.subject?.digest,
        });
        expect(parsed.annotations).toEqual({ ...image.annotations });
      }),
    );
  });

  test("indexes: the edges are the descriptors, in their order", () => {
    fc.assert(
      fc.property(indexes, (index) => {
        const parsed = parseManifest(encoder.encode(JSON.stringify(index)), undefined);
        const expected = [...index.manifests, ...(index.subject ? [index.subject] : [])];
        expect(parsed.edges.map(({ digest }) => digest)).toEqual(expected.map(({ digest }) => digest));
        expect(parsed).toMatchObject({ kind: "index", artifactType: index.artifactType, configMediaType: undefined, subject: index.subject?.digest });
      }),
    );
  });
});

describe("parseManifest throws nothing but RegistryError", () => {
  const contentTypes = fc.option(fc.oneof(fc.constantFrom(...MANIFEST_MEDIA_TYPES), fc.string()), { nil: undefined });

  test("for any bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), contentTypes, (bytes, contentType) => void attempt(bytes, contentType)));
  });

  test("for any JSON", () => {
    fc.assert(fc.property(fc.jsonValue(), contentTypes, (value, contentType) => void attempt(encoder.encode(JSON.stringify(value)), contentType)));
  });

  test("for a document with one field replaced by anything", () => {
    const fields = fc.constantFrom(
      "schemaVersion",
      "mediaType",
      "config",
      "layers",
      "manifests",
      "subject",
      "annotations",
      "artifactType",
      "__proto__",
      "constructor",
    );
    fc.assert(
      fc.property(fc.oneof(images, indexes), fields, fc.jsonValue(), (document, field, value) => {
        attempt(encoder.encode(JSON.stringify({ ...document, [field]: value })), document.mediaType);
      }),
      { numRuns: 300 },
    );
  });

  test("for a descriptor with one field replaced by anything", () => {
    const fields = fc.constantFrom("mediaType", "digest", "size", "urls", "annotations", "data", "artifactType", "platform");
    fc.assert(
      fc.property(images, fields, fc.jsonValue(), (image, field, value) => {
        attempt(encoder.encode(JSON.stringify({ ...image, layers: [{ ...image.config, [field]: value }] })), OCI_IMAGE_MANIFEST);
      }),
      { numRuns: 300 },
    );
  });

  test("for a document that was cut off or has a byte changed", () => {
    fc.assert(
      fc.property(images, fc.nat(), fc.nat({ max: 255 }), (image, at, byte) => {
        const bytes = encoder.encode(JSON.stringify(image));
        expect(attempt(bytes.subarray(0, at % bytes.length), OCI_IMAGE_MANIFEST)).toBeUndefined();
        bytes[at % bytes.length] = byte;
        attempt(bytes, OCI_IMAGE_MANIFEST);
      }),
    );
  });

  test("for documents nested ten thousand deep", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const deep = `${open.repeat(10_000)}1${close.repeat(10_000)}`;
      attempt(encoder.encode(deep), OCI_IMAGE_MANIFEST);
      attempt(encoder.encode(`{"schemaVersion":2,"config":${deep}}`), OCI_IMAGE_MANIFEST);
    }
  });
});
