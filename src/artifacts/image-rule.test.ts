import { describe, expect, test } from "bun:test";
import { OCI_IMAGE_CONFIG } from "../oci/media-types.ts";
import { reservedTypeProblem } from "./image-rule.ts";
import { testArtifact } from "./testing/artifact.ts";

function problem(config: string, ...layers: readonly string[]): string | undefined {
  return reservedTypeProblem(
    testArtifact({ config: { mediaType: config, content: {} }, layers: layers.map((mediaType) => ({ mediaType, content: mediaType })) }).manifest,
  );
}

describe("reservedTypeProblem", () => {
  test.each([
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+zstd",
    "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
    "application/vnd.oci.image.layer.v1.tar+encrypted",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.docker.image.rootfs.diff.tar.zstd",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    "application/vnd.docker.container.image.rootfs.diff+x-gtar",
  ])("allows %s", (layer) => expect(problem(OCI_IMAGE_CONFIG, layer)).toBeUndefined());

  test("allows an image without layers", () => expect(problem(OCI_IMAGE_CONFIG)).toBeUndefined());

  test.each([
    "text/plain",
    "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
    "application/vnd.oci.image.layer.v2.tar",
    "application/vnd.dev.cosign.simplesigning.v1+json",
    "x/application",
  ])("refuses %s", (layer) => {
    expect(problem(OCI_IMAGE_CONFIG, "application/vnd.oci.image.layer.v1.tar", layer)).toContain(`a layer has the type ${layer}`);
  });

  test("holds in any case", () => expect(problem("application/vnd.OCI.image.config.v1+JSON", "text/plain")).toContain("reserved"));
  test("says nothing of other configs", () => expect(problem("application/vnd.cncf.helm.config.v1+json", "text/plain")).toBeUndefined());
});
