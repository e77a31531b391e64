import { type Digest, digestAlgorithm, digestEncoded } from "./digest.ts";
import { isTag, type Tag } from "./tag.ts";

/** What cosign puts beside a manifest by a tag in place of a subject: signatures, attestations, a bill of materials. */
export const SIGNER_TAG_KINDS = ["sig", "att", "sbom"] as const;

export type SignerTagKind = (typeof SIGNER_TAG_KINDS)[number];

/** `<algorithm>-<hex>.<kind>`; undefined for a digest that is too long for a tag. */
export function signerTag(subject: Digest, kind: SignerTagKind): Tag | undefined {
  const tag = `${digestAlgorithm(subject)}-${digestEncoded(subject)}.${kind}`;
  return isTag(tag) ? tag : undefined;
}
