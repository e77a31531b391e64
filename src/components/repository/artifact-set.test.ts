import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readFileStream } from "../../client/content/files.ts";
import { BLOCK, formatTarHeader, padding } from "../../client/content/tar-header.ts";
import { bytesOf, collect } from "../../client/content/verified.ts";
import { digestOf } from "../../oci/digest.ts";
import { OCI_EMPTY, OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { isArtifactArchive, openArtifactArchive } from "./artifact-set.ts";
import { layoutArchive } from "./layout-archive.ts";

const INPUTS = join(import.meta.dir, "../../../test/component/fixtures/inputs");
const ROOT = "sha256:69b3c55a72ae703657782dcae4fef7846fcf9187c5ce74043bcb01d90f461c98";

const config = new TextEncoder().encode("{}");
const manifest = new TextEncoder().encode(
  JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config: { mediaType: OCI_EMPTY, digest: digestOf(config), size: 2 }, layers: [] }),
);
const other = new TextEncoder().encode(`${new TextDecoder().decode(manifest)} `);

interface Parts {
  readonly main?: string;
  readonly names?: readonly string[];
  readonly indexFile?: string;
  readonly separator?: string;
}

/** A set of two manifests. */
function archive({ main, names = [], indexFile = "index.json", separator = "." }: Parts): Buffer {
  const manifests = [manifest, other].map((bytes, at) => ({
    mediaType: OCI_IMAGE_MANIFEST,
    digest: digestOf(bytes),
    size: bytes.length,
    ...(names[at] && { annotations: { "software.ocm/tags": names[at], "org.opencontainers.image.ref.name": names[at]?.split(",")[0] ?? "" } }),
  }));
  const index = JSON.stringify({ schemaVersion: 2, manifests, ...(main && { annotations: { "software.ocm/main": main } }) });
  const files = [
    [indexFile, new TextEncoder().encode(index)],
    ...[manifest, other, config].map((bytes) => [`blobs/${digestOf(bytes).replace(":", separator)}`, bytes]),
  ] as const;
  return Buffer.concat([
    ...files.flatMap(([name, bytes]) =>
      [formatTarHeader(String(name), bytes?.length ?? 0), bytes ?? "", Buffer.alloc(padding(bytes?.length ?? 0))].map((each) => Buffer.from(each)),
    ),
    Buffer.alloc(2 * BLOCK),
  ]);
}

describe("what other tools made", () => {
  test.each(["image.artifactset.tgz", "image.layout.tar"])("%s", async (file) => {
    const opened = await openArtifactArchive(readFileStream(join(INPUTS, file)), file);
    expect(opened.root.digest as string).toBe(ROOT);
    const { layers } = JSON.parse(new TextDecoder().decode((await opened.source.manifest(opened.root.digest)).bytes));
    expect((await collect(opened.source.blob(layers[0]))).length).toBe(layers[0].size);
    const bytes = await collect(layoutArchive(opened.root, opened.source));
    const again = await openArtifactArchive(bytesOf(bytes), "again");
    expect(again.root.digest as string).toBe(ROOT);
    expect(await collect(layoutArchive(again.root, again.source))).toEqual(bytes);
    await opened.close();
    await again.close();
  });
});

describe("the main artifact", () => {
  test.each<readonly [string, Parts]>([
    ["by digest", { main: digestOf(other) }],
    ["by tag", { main: "v2", names: ["v1", "v0,v2"] }],
    ["by the only name", { names: ["", "v1"] }],
    ["in blobs that are nested", { main: digestOf(other), separator: "/" }],
    ["in the first form of the index", { main: digestOf(other), indexFile: "artifact-descriptor.json" }],
  ])("%s", async (_, parts) => {
    for (const bytes of [archive(parts), gzipSync(archive(parts))]) {
      const opened = await openArtifactArchive(bytesOf(bytes), "set");
      expect(opened.root.digest).toBe(digestOf(other));
      await opened.close();
    }
  });

  test.each<readonly [string, Parts, RegExp]>([
    ["several without a name", {}, /several artifacts/],
    ["one that is not there", { main: "v9" }, /is not in it/],
    ["no index", { indexFile: "else.json" }, /no file index.json/],
  ])("is refused: %s", async (_, parts, message) => {
    const error = await openArtifactArchive(bytesOf(archive(parts)), "set").catch((cause) => cause);
    expect(error.kind).toBe("invalid");
    expect(error.message).toMatch(message);
  });
});

test("media types of archives with artifacts", () => {
  for (const type of [
    "application/vnd.oci.image.manifest.v1+tar+gzip",
    "application/vnd.oci.image.index.v1+tar",
    "application/vnd.docker.distribution.manifest.v2+tar+gzip",
    "application/vnd.docker.distribution.manifest.list.v2+tar+gzip",
    "application/vnd.ocm.software.oci.layout.v1+tar",
    "application/vnd.ocm.software.oci.layout.v1+tar+gzip",
  ]) {
    expect(isArtifactArchive(type)).toBe(true);
  }
  for (const type of [OCI_IMAGE_MANIFEST, "application/x-tar", "application/gzip"]) expect(isArtifactArchive(type)).toBe(false);
});
