import { createHash } from "node:crypto";
import type { ReadOptions } from "../../client/content/content.ts";
import { digestEncoded } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import type { DigestSpec } from "../descriptor/component-descriptor.ts";
import { isArtifactArchive, openArtifactArchive } from "../repository/artifact-set.ts";
import type { LocalBlob } from "../repository/component-repository.ts";
import { NODE_HASHES, parseHashAlgorithm } from "../signing/descriptor-digest.ts";

/** How content is digested as a blob, and as an OCI artifact in today's and in the older spelling. */
export const BLOB_DIGEST = "genericBlobDigest/v1";
export const ARTIFACT_DIGEST = "ociArtifactDigest/v1";
const ARTIFACT_DIGESTS: readonly string[] = [ARTIFACT_DIGEST, "ociArtefactDigest/v1"];

/** The digest of a resource that is not part of what is signed. */
const EXCLUDED = "EXCLUDE-FROM-SIGNATURE";

/** True for the digest of a resource whose content is not looked at. */
export function isExcluded({ normalisationAlgorithm }: DigestSpec): boolean {
  return normalisationAlgorithm === EXCLUDED;
}

/** Reads content to its end, which verifies it against the digests that it is stored under. */
export async function readThrough(content: LocalBlob, options: ReadOptions = {}): Promise<void> {
  for await (const _ of content.open(options));
}

/**
 * The digest that content has, in the way that `like` has been made. Names are told apart by content: one of today's tools calls the
 * digest of a manifest that of a blob.
 * @throws ComponentError `invalid` for a way nobody knows; ClientError `invalid` when the content is damaged where it is
 */
export async function contentDigest(content: LocalBlob, like: DigestSpec, options: ReadOptions = {}): Promise<DigestSpec> {
  const isArtifact = ARTIFACT_DIGESTS.includes(like.normalisationAlgorithm);
  if (!isArtifact && like.normalisationAlgorithm !== BLOB_DIGEST) {
    throw new ComponentError("invalid", `unknown way of digesting content, '${like.normalisationAlgorithm.slice(0, 80)}'`);
  }
  if (content.content.kind === "artifact") {
    const { digest } = content.content.root;
    await readThrough(content, options);
    return { ...like, value: digestEncoded(digest) };
  }
  if (isArtifact && isArtifactArchive(content.mediaType)) {
    const archive = await openArtifactArchive(content.open(options), "the artifact set");
    await archive.close();
    return { ...like, value: digestEncoded(archive.root.digest) };
  }
  const hash = createHash(NODE_HASHES[parseHashAlgorithm(like.hashAlgorithm)]);
  for await (const chunk of content.open(options)) hash.update(chunk);
  return { ...like, value: hash.digest("hex") };
}
