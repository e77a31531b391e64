import type { ArtifactCategory } from "./artifact-type.ts";
import { WELL_KNOWN_TYPES } from "./well-known.ts";

const CATEGORIES: ReadonlyMap<string, ArtifactCategory> = new Map(WELL_KNOWN_TYPES.map(({ type, category }) => [type.toLowerCase(), category]));

/** Every version of the bundle, and the form in which the version was a parameter. */
const SIGSTORE_BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v[0-9.]+)?\+json$/;

/** True for the type of a referrer that signs its subject. A Sigstore bundle counts, whether it holds a signature or a signed attestation. */
export function isSignatureType(type: string): boolean {
  const name = type.toLowerCase();
  return CATEGORIES.get(name) === "signature" || SIGSTORE_BUNDLE.test(name);
}

/** True for the type of a bill of materials. One within an attestation has the attestation's type. */
export function isSbomType(type: string): boolean {
  return CATEGORIES.get(type.toLowerCase()) === "sbom";
}

/** True for the type of a statement on its subject, e.g. provenance. */
export function isAttestationType(type: string): boolean {
  return CATEGORIES.get(type.toLowerCase()) === "attestation";
}
