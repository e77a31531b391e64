import { expect, test } from "bun:test";
import { isNonDistributable, MANIFEST_MEDIA_TYPES, manifestKind } from "./media-types.ts";

test("four types are manifests", () => {
  expect(MANIFEST_MEDIA_TYPES.map(manifestKind)).toEqual(["image", "image", "index", "index"]);
  for (const type of ["", "application/json", "application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.manifest.v1+json; charset=utf-8"]) {
    expect(manifestKind(type)).toBeUndefined();
  }
});

test("non-distributable layers of both formats, compressed or not", () => {
  for (const suffix of ["tar", "tar+gzip", "tar+zstd"]) expect(isNonDistributable(`application/vnd.oci.image.layer.nondistributable.v1.${suffix}`)).toBe(true);
  expect(isNonDistributable("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")).toBe(true);
  expect(isNonDistributable("application/vnd.oci.image.layer.v1.tar+gzip")).toBe(false);
  expect(isNonDistributable("x-application/vnd.oci.image.layer.nondistributable.v1.tar")).toBe(false);
});
