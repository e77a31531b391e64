import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { digestOf } from "../oci/digest.ts";
import { parseManifest } from "../oci/manifest.ts";
import { OCI_IMAGE_CONFIG, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR } from "../oci/media-types.ts";
import type { ExtractorId } from "./artifact-type.ts";
import { extractFacts } from "./extract.ts";
import { EXTRACTORS } from "./extractors/table.ts";
import { type ArtifactParts, factsOf, testArtifact, testIndex } from "./testing/artifact.ts";
import { CYCLONEDX, CYCLONEDX_PACKAGES, largeSpdx, SPDX, SPDX_PACKAGES } from "./testing/sboms.ts";
import { createTypeTable } from "./type-table.ts";

const types = createTypeTable();
const digest = digestOf("base");

function image(labels: Readonly<Record<string, string>>, annotations?: Readonly<Record<string, string>>): ArtifactParts {
  return {
    config: { mediaType: OCI_IMAGE_CONFIG, content: { os: "linux", architecture: "amd64", config: { Labels: labels } } },
    layers: [{ mediaType: OCI_LAYER_TAR, content: "layer" }],
    ...(annotations !== undefined && { annotations }),
  };
}

describe("annotations and labels", () => {
  test("annotations come before labels", async () => {
    const facts = await factsOf(
      image({ "org.opencontainers.image.title": "label", "org.opencontainers.image.version": "1" }, { "org.opencontainers.image.title": "annotation" }),
    );
    expect(facts).toMatchObject({ title: "annotation", version: "1", platforms: [{ os: "linux", architecture: "amd64" }] });
  });

  test("what the content says comes before both", async () => {
    const config = { mediaType: "application/vnd.cncf.helm.config.v1+json", content: { name: "chart", version: "1.0.0" } };
    expect(await factsOf({ config, annotations: { "org.opencontainers.image.title": "other" } })).toMatchObject({ title: "chart", version: "1.0.0" });
  });

  test("a base image is found in either, for any type", async () => {
    const base = { "org.opencontainers.image.base.name": "registry.test:5000/team/base:3.19", "org.opencontainers.image.base.digest": digest };
    const expected = [
      { kind: "base-image", key: "oci:team/base", name: "registry.test:5000/team/base:3.19", registry: "registry.test:5000", requirement: "3.19", digest },
    ];
    expect((await factsOf(image({}, base))).dependencies).toEqual(expected as never);
    expect((await factsOf(image(base))).dependencies).toEqual(expected as never);
    expect((await factsOf({ artifactType: "application/vnd.example.report.v1", annotations: base })).dependencies).toEqual(expected as never);
    expect((await factsOf(image(base, { "org.opencontainers.image.base.name": "alpine" }))).dependencies).toMatchObject([{ key: "oci:library/alpine" }]);
  });

  test("a base image that is no name is a problem, no base none", async () => {
    expect((await factsOf(image({}, { "org.opencontainers.image.base.name": "no name" }))).problem).toContain("no reference to an image");
    const none = await factsOf(image({}, { "org.opencontainers.image.base.name": "scratch", "org.opencontainers.image.base.digest": "" }));
    expect(none).toMatchObject({ dependencies: [] });
    expect(none.problem).toBeUndefined();
  });

  test("those of an index count", async () => {
    const index = testIndex([], { annotations: { "org.opencontainers.image.title": "all platforms", "org.opencontainers.image.base.name": "alpine:3" } });
    const facts = await extractFacts(index, types, { read: async () => undefined });
    expect(facts).toMatchObject({ title: "all platforms", dependencies: [{ key: "oci:library/alpine", requirement: "3" }] });
  });
});

describe("which content is read", () => {
  test("the layers of an SBOM, of its own or of no type", async () => {
    const spdx = { mediaType: "application/spdx+json", content: SPDX };
    expect((await factsOf({ artifactType: spdx.mediaType, layers: [{ ...spdx, mediaType: "application/json" }] })).dependencies).toEqual(
      SPDX_PACKAGES as never,
    );
    expect((await factsOf({ artifactType: "application/vnd.example.thing.v1", layers: [spdx] })).dependencies).toEqual(SPDX_PACKAGES as never);
  });

  test("all statements of an attestation that is stored like an image", async () => {
    const statement = (predicateType: string, predicate: unknown) => ({
      mediaType: "application/vnd.in-toto+json",
      content: { _type: "https://in-toto.io/Statement/v0.1", predicateType, predicate },
    });
    const facts = await factsOf({
      config: { mediaType: OCI_IMAGE_CONFIG, content: { os: "unknown", architecture: "unknown" } },
      layers: [
        statement("https://spdx.dev/Document", SPDX),
        statement("https://slsa.dev/provenance/v1", {}),
        statement("https://cyclonedx.org/bom", CYCLONEDX),
      ],
    });
    expect(facts.dependencies).toEqual([...SPDX_PACKAGES, ...CYCLONEDX_PACKAGES] as never);
    expect(facts.problem).toBeUndefined();
  });

  test("that of a type which operators added", async () => {
    const own = createTypeTable({ add: [{ type: "application/vnd.example.chart.v1+json", extractor: "helm-chart" }] });
    const { manifest, read } = testArtifact({ config: { mediaType: "application/vnd.example.chart.v1+json", content: { name: "a" } } });
    expect(await extractFacts(manifest, own, { read })).toMatchObject({ title: "a" });
  });

  test("none of unknown types", async () => {
    const { manifest } = testArtifact({ artifactType: "application/vnd.example.report.v1", layers: [{ mediaType: "text/plain", content: "x" }] });
    const facts = await extractFacts(manifest, types, { read: () => Promise.reject(new Error("read")) });
    expect(facts).toEqual({ platforms: [], labels: {}, provides: [], dependencies: [], truncated: false });
  });

  test("the component of an index that holds one", async () => {
    const descriptor = { component: { name: "acme.org/app", version: "1.0.0", componentReferences: [{ componentName: "acme.org/lib", version: "2" }] } };
    const child = testArtifact({
      config: { mediaType: "application/vnd.ocm.software.component.config.v1+json", content: {} },
      layers: [{ mediaType: "application/vnd.ocm.software.component-descriptor.v2+json", content: descriptor }],
    });
    const document = {
      schemaVersion: 2,
      manifests: [{ mediaType: OCI_IMAGE_MANIFEST, digest: digestOf(child.bytes), size: child.bytes.length }],
      annotations: { "software.ocm.componentversion": "acme.org/app:1.0.0" },
    };
    const index = parseManifest(Buffer.from(JSON.stringify(document)), OCI_IMAGE_INDEX);
    const facts = await extractFacts(index, types, { read: (edge, limit) => (edge.kind === "child" ? Promise.resolve(child.bytes) : child.read(edge, limit)) });
    expect(facts).toMatchObject({ provides: ["ocm:acme.org/app"], dependencies: [{ key: "ocm:acme.org/lib", requirement: "2" }] });
    const broken = await extractFacts(index, types, { read: async () => Buffer.from("{") });
    expect(broken.problem).toBe("the first manifest of the component's index cannot be read");
  });
});

describe("limits", () => {
  test("content that is not there is a problem", async () => {
    const { manifest } = testArtifact(image({}));
    expect((await extractFacts(manifest, types, { read: async () => undefined })).problem).toContain("is not in the registry");
  });

  test("a failure to read is the caller's", async () => {
    const { manifest } = testArtifact(image({}));
    expect(await extractFacts(manifest, types, { read: () => Promise.reject(new Error("disk")) }).catch((error) => error)).toMatchObject({ message: "disk" });
  });

  test("what is too large is not asked for", async () => {
    const layers = [{ mediaType: "application/spdx+json", digest, size: 40 * 2 ** 20 }];
    const document = { schemaVersion: 2, artifactType: "application/spdx+json", config: { ...layers[0], size: 2 }, layers };
    const manifest = parseManifest(Buffer.from(JSON.stringify(document)), OCI_IMAGE_MANIFEST);
    const facts = await extractFacts(manifest, types, { read: () => Promise.reject(new Error("read")) });
    expect(facts).toMatchObject({ truncated: true, problem: expect.stringContaining("at most 33554432 bytes") });
  });

  test("no more is taken than the descriptor says", async () => {
    const { manifest } = testArtifact({ config: { mediaType: "application/vnd.cncf.helm.config.v1+json", content: { name: "a" } } });
    expect(await extractFacts(manifest, types, { read: async () => Buffer.from(`{"name":"a"}${" ".repeat(100)}x`) })).toMatchObject({ title: "a" });
  });

  test("large content is read, in a thread", async () => {
    const facts = await factsOf({ artifactType: "application/spdx+json", layers: [{ mediaType: "application/spdx+json", content: largeSpdx(6000) }] });
    expect(facts).toMatchObject({ truncated: true });
    expect(facts.problem).toBeUndefined();
    expect(facts.dependencies).toHaveLength(5000);
  });

  test("a limited number of layers is read", async () => {
    const layers = Array.from({ length: 20 }, (_, at) => ({
      mediaType: "application/spdx+json",
      content: { spdxVersion: "SPDX-2.3", packages: [{ name: `p${at}` }] },
    }));
    const facts = await factsOf({ artifactType: "application/spdx+json", layers });
    expect(facts).toMatchObject({ truncated: true });
    expect(facts.dependencies).toHaveLength(16);
  });
});

test("any content of any type ends in facts", async () => {
  const typed = types.list().filter((type) => type.extractor !== undefined && type.extractor !== "ocm-component");
  const content = fc.oneof(fc.json(), fc.string(), fc.uint8Array({ maxLength: 100 }), fc.constantFrom(JSON.stringify(SPDX), JSON.stringify(CYCLONEDX)));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...typed), content, fc.dictionary(fc.string(), fc.string()), async ({ type, layerMediaTypes }, content, annotations) => {
      const layers = layerMediaTypes.map((mediaType) => ({ mediaType, content }));
      const facts = await factsOf({ artifactType: type, config: { mediaType: type, content }, layers, annotations });
      return facts.dependencies.length <= 5000 && !facts.problem?.includes("cannot be read");
    }),
  );
});

test("every extractor is one of a well-known type", () => {
  const used = new Set(types.list().map(({ extractor }) => extractor));
  expect((Object.keys(EXTRACTORS) as ExtractorId[]).filter((id) => !used.has(id))).toEqual([]);
});
