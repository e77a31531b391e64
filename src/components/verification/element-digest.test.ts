import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { bytesOf } from "../../client/content/verified.ts";
import { digestEncoded, digestOf } from "../../oci/digest.ts";
import { OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { openArtifactArchive } from "../repository/artifact-set.ts";
import type { LocalBlob } from "../repository/component-repository.ts";
import { ARTIFACT_DIGEST, BLOB_DIGEST, differentDigest, newDigest } from "./element-digest.ts";

const INPUTS = join(import.meta.dir, "../../../test/component/fixtures/inputs");
const SET = "application/vnd.oci.image.manifest.v1+tar+gzip";
const LAYOUT = "application/vnd.ocm.software.oci.layout.v1+tar";
const [set, layout] = await Promise.all(["image.artifactset.tgz", "image.layout.tar"].map((name) => Bun.file(join(INPUTS, name)).bytes()));
const native = await openArtifactArchive(bytesOf(set ?? new Uint8Array()), "the image");
const image = digestEncoded(native.root.digest);

function layers(mediaType: string, ...pieces: readonly Uint8Array[]): LocalBlob {
  const parts = pieces.map((bytes) => ({ mediaType, digest: digestOf(bytes), size: bytes.length }));
  return {
    mediaType,
    size: parts.reduce((sum, { size }) => sum + size, 0),
    content: { kind: "layers", layers: parts },
    async *open() {
      yield* pieces;
    },
  };
}

const artifact: LocalBlob = {
  mediaType: OCI_IMAGE_MANIFEST,
  size: undefined,
  content: { kind: "artifact", root: native.root, source: native.source },
  open: () => bytesOf(new Uint8Array()),
};
const spec = (normalisationAlgorithm: string, value: string, hashAlgorithm = "SHA-256") => ({ normalisationAlgorithm, hashAlgorithm, value });
const sha = (bytes: Uint8Array, algorithm: "sha256" | "sha512" = "sha256") => digestEncoded(digestOf(bytes, algorithm));
const [setBytes, layoutBytes] = [set ?? new Uint8Array(), layout ?? new Uint8Array()];
const text = new TextEncoder().encode("testdata");

describe("the digest of content", () => {
  test.each([
    ["a text", layers("text/plain", text), spec(BLOB_DIGEST, sha(text))],
    ["a text, SHA-512", layers("text/plain", text), spec(BLOB_DIGEST, sha(text, "sha512"), "SHA-512")],
    ["a text in capitals, older name of the hash", layers("text/plain", text), spec(BLOB_DIGEST, sha(text).toUpperCase(), "sha256")],
    ["a text in several layers", layers("text/plain", text.slice(0, 3), text.slice(3)), spec(BLOB_DIGEST, sha(text))],
    ["an artifact", artifact, spec(ARTIFACT_DIGEST, image)],
    ["an artifact, older name", artifact, spec("ociArtefactDigest/v1", image)],
    ["an artifact, called a blob", artifact, spec(BLOB_DIGEST, image)],
    ["an artifact set", layers(SET, setBytes), spec(ARTIFACT_DIGEST, image)],
    ["an artifact set as a blob", layers(SET, setBytes), spec(BLOB_DIGEST, sha(setBytes))],
    ["an artifact set, digest of the manifest called a blob's", layers(SET, setBytes), spec(BLOB_DIGEST, image)],
    ["an OCI layout as a blob", layers(LAYOUT, layoutBytes), spec(BLOB_DIGEST, sha(layoutBytes))],
    ["bytes of an opaque type", layers("application/x-tar", layoutBytes), spec(BLOB_DIGEST, sha(layoutBytes))],
  ])("%s", async (_, content, expected) => {
    expect(await differentDigest(content, expected)).toBeUndefined();
    expect(await differentDigest(content, { ...expected, value: "0".repeat(64) })).toMatch(/^[0-9a-f]{64,128}$/);
  });

  test("an artifact set whose layer is another one is not what its manifest says", async () => {
    const tar = gunzipSync(setBytes);
    const { layers: parts } = JSON.parse(new TextDecoder().decode((await native.source.manifest(native.root.digest)).bytes));
    const name = parts[0].digest.replace(":", ".").slice(0, 60);
    const header = tar.indexOf(name);
    expect(header).toBeGreaterThan(0);
    tar[header + 512 + 1] = (tar[header + 512 + 1] ?? 0) ^ 1;
    const forged = layers(SET, gzipSync(tar));
    const error = await differentDigest(forged, spec(ARTIFACT_DIGEST, image)).catch((cause) => cause);
    expect(error).toMatchObject({ kind: "invalid", message: expect.stringContaining("is not what its digest says") });
  });

  test("ways that nobody knows are refused", async () => {
    const content = layers("text/plain", text);
    expect(await differentDigest(content, spec("mine/v1", "00")).catch((cause) => cause)).toMatchObject({ kind: "invalid" });
    expect(await differentDigest(content, spec(BLOB_DIGEST, "00", "MD5")).catch((cause) => cause)).toMatchObject({ kind: "invalid" });
  });

  test("of new content is that of the bytes, of an artifact that of its manifest", async () => {
    expect(await newDigest(layers("text/plain", text), "SHA-512")).toEqual(spec(BLOB_DIGEST, sha(text, "sha512"), "SHA-512"));
    expect(await newDigest(artifact, "SHA-512")).toEqual(spec(ARTIFACT_DIGEST, image));
    expect(await newDigest(layers(SET, setBytes), "SHA-256")).toEqual(spec(ARTIFACT_DIGEST, image));
    expect(await newDigest(layers(LAYOUT, layoutBytes), "SHA-256")).toEqual(spec(BLOB_DIGEST, sha(layoutBytes)));
  });
});
