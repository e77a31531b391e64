import { ComponentError } from "../component-error.ts";
import type { DigestSpec } from "../descriptor/component-descriptor.ts";
import { isExcluded } from "../descriptor/no-content.ts";
import { NODE_HASHES, parseHashAlgorithm, sameDigest } from "../signing/descriptor-digest.ts";
import { ARTIFACT_DIGESTS, type PreparedContent } from "./prepared-content.ts";

/** Older spellings of names that digests have. */
const OLD_NAMES: Readonly<Record<string, string>> = { "ociArtefactDigest/v1": "ociArtifactDigest/v1" };

/** True where both say the same of an OCI artifact, whatever they call the digest of its manifest. */
export function sameArtifact(one: DigestSpec, other: DigestSpec): boolean {
  return isArtifactName(one) && isArtifactName(other) && sameDigest({ ...one, normalisationAlgorithm: "" }, { ...other, normalisationAlgorithm: "" });
}

/** The digest that a resource gets: the one that was given, once it is verified. @throws ComponentError `invalid` where it is wrong */
export async function settleDigest({ blob, digest }: PreparedContent, given: DigestSpec | undefined, where: string): Promise<DigestSpec> {
  if (given === undefined) return digest;
  if (isExcluded(given)) return given;
  if (blob.kind === "artifact") {
    if (sameArtifact(given, digest)) return given;
    throw wrong(given, digest, where);
  }
  const hash = parseHashAlgorithm(given.hashAlgorithm);
  if (given.normalisationAlgorithm !== digest.normalisationAlgorithm) {
    throw new ComponentError("invalid", `${where}: the digest of a blob is ${digest.normalisationAlgorithm}, not ${given.normalisationAlgorithm.slice(0, 60)}`);
  }
  const hasher = new Bun.CryptoHasher(NODE_HASHES[hash]);
  for await (const piece of blob.open(new AbortController().signal)) hasher.update(piece);
  const computed = { ...digest, hashAlgorithm: hash, value: hasher.digest("hex") };
  if (!sameDigest(given, computed)) throw wrong(given, computed, where);
  return given;
}

/** The error for a digest that is not what was said. */
export function wrong(given: DigestSpec, computed: DigestSpec, where: string): ComponentError {
  return new ComponentError("invalid", `${where}: the content has the digest ${computed.value}, not ${given.value.slice(0, 128)}: one of them is wrong`);
}

function isArtifactName({ normalisationAlgorithm: name }: DigestSpec): boolean {
  return ARTIFACT_DIGESTS.some((known) => known === (OLD_NAMES[name] ?? name));
}
