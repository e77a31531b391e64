import { createHash } from "node:crypto";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, DigestSpec } from "../descriptor/component-descriptor.ts";
import { normalise } from "../normalisation/normalise.ts";
import { HASH_ALGORITHMS, type HashAlgorithm, NORMALISATIONS, type Normalisation } from "./signing.ts";

/** As Node's crypto names them. */
export const NODE_HASHES: Readonly<Record<HashAlgorithm, "sha256" | "sha512">> = { "SHA-256": "sha256", "SHA-512": "sha512" };

/** The digest of a component version: of what it consists of, wherever it is. */
export function descriptorDigest(descriptor: ComponentDescriptor, normalisation: Normalisation, hash: HashAlgorithm): DigestSpec {
  const value = createHash(NODE_HASHES[hash]).update(normalise(descriptor, normalisation)).digest("hex");
  return { hashAlgorithm: hash, normalisationAlgorithm: normalisation, value };
}

/** @throws ComponentError `invalid` for a normalisation that nobody knows */
export function parseNormalisation(text: string): Normalisation {
  const known = NORMALISATIONS.find((each) => each === text || each.endsWith(`/${text}`));
  if (known === undefined) throw new ComponentError("invalid", `unknown normalisation '${text.slice(0, 80)}': expected one of ${NORMALISATIONS.join(", ")}`);
  return known;
}

/** Also the spelling of older descriptors, `sha256`. @throws ComponentError `invalid` for another algorithm */
export function parseHashAlgorithm(text: string): HashAlgorithm {
  const known = HASH_ALGORITHMS.find((each) => plain(each) === plain(text));
  if (known === undefined) throw new ComponentError("invalid", `unknown hash algorithm '${text.slice(0, 80)}': expected one of ${HASH_ALGORITHMS.join(", ")}`);
  return known;
}

/** True where two digests say the same of the same way of digesting. */
export function sameDigest(one: DigestSpec, other: DigestSpec): boolean {
  return (
    plain(one.hashAlgorithm) === plain(other.hashAlgorithm) &&
    one.normalisationAlgorithm === other.normalisationAlgorithm &&
    one.value.toLowerCase() === other.value.toLowerCase()
  );
}

function plain(algorithm: string): string {
  return algorithm.toLowerCase().replace("-", "");
}
