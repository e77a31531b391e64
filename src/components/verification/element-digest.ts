import { createHash } from "node:crypto";
import type { ReadOptions } from "../../client/content/content.ts";
import { digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import type { DigestSpec } from "../descriptor/component-descriptor.ts";
import { isArtifactArchive, openArtifactArchive } from "../repository/artifact-set.ts";
import type { LocalBlob } from "../repository/component-repository.ts";
import { NODE_HASHES, parseHashAlgorithm } from "../signing/descriptor-digest.ts";
import type { HashAlgorithm } from "../signing/signing.ts";
import { readArtifact } from "./artifact-content.ts";

/** How content is digested as a blob, and as an OCI artifact in today's and in the older spelling. */
export const BLOB_DIGEST = "genericBlobDigest/v1";
export const ARTIFACT_DIGEST = "ociArtifactDigest/v1";
const ARTIFACT_DIGESTS: readonly string[] = [ARTIFACT_DIGEST, "ociArtefactDigest/v1"];

/** Archives of an artifact that both of today's command lines take as a blob: the digest is that of the bytes. */
const LAYOUT_ARCHIVE = "application/vnd.ocm.software.oci.layout.v1+tar";

/**
 * Reads content to its end, with all parts of an artifact, and holds it against a digest. Whether a digest is that of a blob or of a
 * manifest says the content, not the name: one of today's tools calls the one as the other.
 * @returns undefined when they are the same; else what the content has, in hex
 * @throws ComponentError `invalid` for a way nobody knows; ClientError `invalid`, `not-found` when the content is damaged where it is
 */
export async function differentDigest(content: LocalBlob, expected: DigestSpec, options: ReadOptions = {}): Promise<string | undefined> {
  const { normalisationAlgorithm } = expected;
  const isOfArtifact = ARTIFACT_DIGESTS.includes(normalisationAlgorithm);
  if (!isOfArtifact && normalisationAlgorithm !== BLOB_DIGEST) {
    throw new ComponentError("invalid", `unknown way of digesting content, '${normalisationAlgorithm.slice(0, 80)}'`);
  }
  const hash = parseHashAlgorithm(expected.hashAlgorithm);
  const wanted = expected.value.toLowerCase();
  const isArchive = content.content.kind === "layers" && isArtifactArchive(content.mediaType);
  const actual = isOfArtifact && isArchive ? await archiveDigest(content, hash, options) : await ownDigest(content, hash, options);
  if (actual === wanted) return undefined;
  return !isOfArtifact && isArchive && (await archiveDigest(content, hash, options)) === wanted ? undefined : actual;
}

/**
 * The digest of content that has none yet: of an OCI artifact, wherever it is, that of its manifest, so that it stays the same however the
 * artifact is stored.
 */
export async function newDigest(content: LocalBlob, hash: HashAlgorithm, options: ReadOptions = {}): Promise<DigestSpec> {
  const isArchive = isArtifactArchive(content.mediaType) && !content.mediaType.startsWith(LAYOUT_ARCHIVE);
  if (content.content.kind === "layers" && !isArchive) {
    return { hashAlgorithm: hash, normalisationAlgorithm: BLOB_DIGEST, value: await ownDigest(content, hash, options) };
  }
  const value = content.content.kind === "artifact" ? await ownDigest(content, "SHA-256", options) : await archiveDigest(content, "SHA-256", options);
  return { hashAlgorithm: "SHA-256", normalisationAlgorithm: ARTIFACT_DIGEST, value };
}

/** Reads content to its end, which verifies it against the digests that it is stored under. @returns its digest, of an artifact that of its manifest */
export async function ownDigest(content: LocalBlob, hash: HashAlgorithm, options: ReadOptions = {}): Promise<string> {
  const { content: parts } = content;
  if (parts.kind === "artifact") return hashed(hash, await readArtifact(parts.source, parts.root, options));
  const [layer] = parts.layers;
  // verified while it passes: no need to hash it twice
  const isKnown = layer !== undefined && parts.layers.length === 1 && digestAlgorithm(layer.digest) === NODE_HASHES[hash];
  const hasher = isKnown ? undefined : createHash(NODE_HASHES[hash]);
  for await (const chunk of content.open(options)) hasher?.update(chunk);
  return hasher?.digest("hex") ?? (layer === undefined ? "" : digestEncoded(layer.digest));
}

/** That of the manifest of the artifact in an archive, whose parts are all read. */
async function archiveDigest(content: LocalBlob, hash: HashAlgorithm, options: ReadOptions): Promise<string> {
  const archive = await openArtifactArchive(content.open(options), "the archive of the artifact");
  try {
    return hashed(hash, await readArtifact(archive.source, archive.root, options));
  } finally {
    await archive.close();
  }
}

function hashed(hash: HashAlgorithm, bytes: Uint8Array): string {
  return createHash(NODE_HASHES[hash]).update(bytes).digest("hex");
}
