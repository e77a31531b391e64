import { describe, expect, test } from "bun:test";
import { contentsOf, effectiveType } from "./effective-type.ts";
import { testArtifact, testIndex } from "./testing/artifact.ts";

const chart = { mediaType: "application/vnd.cncf.helm.config.v1+json", content: {} };
const wasm = "application/vnd.wasm.config.v0+json";
const linux = { os: "linux", architecture: "amd64" };

describe("effectiveType of a manifest", () => {
  test("is its artifactType", () => expect(effectiveType(testArtifact({ artifactType: "application/x.y", config: chart }).manifest)).toBe("application/x.y"));
  test("is the type of its config without one", () => expect(effectiveType(testArtifact({ config: chart }).manifest)).toBe(chart.mediaType));
  test("is the empty type where nothing says more", () => expect(effectiveType(testArtifact({}).manifest)).toBe("application/vnd.oci.empty.v1+json"));
});

describe("effectiveType of what signers put beside an image", () => {
  const image = { mediaType: "application/vnd.oci.image.config.v1+json", content: {} };
  const layers = (...types: string[]) => types.map((mediaType) => ({ mediaType, content: "x" }));
  test.each([
    "application/vnd.dev.cosign.simplesigning.v1+json",
    "application/vnd.dsse.envelope.v1+json",
    "text/spdx+json",
    "text/spdx",
    "application/vnd.cyclonedx+xml",
    "application/vnd.syft+json",
  ])("is that of its layers: %s", (type) => {
    expect(effectiveType(testArtifact({ config: image, layers: layers(type, type) }).manifest)).toBe(type);
    expect(effectiveType(testArtifact({ config: chart, layers: layers(type) }).manifest)).toBe(chart.mediaType);
    expect(effectiveType(testArtifact({ config: image, layers: layers(type, "application/vnd.oci.image.layer.v1.tar") }).manifest)).toBe(image.mediaType);
  });
  test("is that of an image without layers, or with attestations of a builder", () => {
    expect(effectiveType(testArtifact({ config: image, layers: [] }).manifest)).toBe(image.mediaType);
    expect(effectiveType(testArtifact({ config: image, layers: layers("application/vnd.in-toto+json") }).manifest)).toBe(image.mediaType);
  });
});

describe("effectiveType of an index", () => {
  test("is its artifactType", () => expect(effectiveType(testIndex([{ artifactType: wasm }], { artifactType: "application/x.y" }))).toBe("application/x.y"));
  test("is what its children have in common", () => expect(effectiveType(testIndex([{ artifactType: wasm }, { artifactType: wasm }]))).toBe(wasm));
  test("is none when they differ", () => expect(effectiveType(testIndex([{ artifactType: wasm }, { artifactType: chart.mediaType }]))).toBeUndefined());
  test("is a component where its first child is one, whatever artifacts that has", () => {
    const component = "application/vnd.ocm.software.component-descriptor.v2";
    expect(effectiveType(testIndex([{ artifactType: component }, { artifactType: wasm }]))).toBe(component);
    expect(effectiveType(testIndex([{ artifactType: wasm }, { artifactType: component }]))).toBeUndefined();
  });
  test("is none without children", () => expect(effectiveType(testIndex([]))).toBeUndefined());
  test("is looked up where descriptors do not say it", () => {
    const index = testIndex([{ platform: linux }, { platform: linux }]);
    expect(effectiveType(index)).toBeUndefined();
    expect(effectiveType(index, () => wasm)).toBe(wasm);
  });
  test("is what children say of themselves, whatever the index says of them", () => {
    expect(effectiveType(testIndex([{ artifactType: chart.mediaType }]), () => wasm)).toBe(wasm);
  });
  test("does not depend on children that are not there", () => {
    const index = testIndex([{ platform: linux }, {}]);
    expect(effectiveType(index, (child) => (child === contentsOf(index)[0]?.digest ? wasm : undefined))).toBe(wasm);
  });
  test("does not depend on the attestations beside images", () => {
    const attestation = { artifactType: "application/vnd.docker.attestation.manifest.v1+json", platform: { os: "unknown", architecture: "unknown" } };
    expect(effectiveType(testIndex([{ artifactType: wasm, platform: linux }, attestation]))).toBe(wasm);
  });
});
