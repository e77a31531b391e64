import type { DigestSpec } from "./component-descriptor.ts";

/** What is said of a content that shall not be part of signatures (OCM specification, "Digest Info"). */
const EXCLUDED = "EXCLUDE-FROM-SIGNATURE";

/** True for the digest of a resource whose content is not looked at. */
export function isExcluded({ normalisationAlgorithm }: DigestSpec): boolean {
  return normalisationAlgorithm === EXCLUDED;
}
