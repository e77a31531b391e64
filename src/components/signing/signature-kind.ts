import { ComponentError } from "../component-error.ts";
import type { Signature } from "../descriptor/component-descriptor.ts";
import { parseHashAlgorithm, parseNormalisation } from "./descriptor-digest.ts";
import { parsePemSignature } from "./pem-signature.ts";
import { HEX_MEDIA_TYPES, PEM } from "./sign-descriptor.ts";
import { type HashAlgorithm, type Normalisation, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "./signing.ts";

/** How a signature was made. */
export interface SignatureKind {
  readonly normalisation: Normalisation;
  readonly hash: HashAlgorithm;
  readonly algorithm: SignatureAlgorithm;
}

/** How a signature was made. @throws ComponentError `invalid` for a way that is not known here: other tools have more */
export function signatureKind({ name, digest, signature }: Signature): SignatureKind {
  const isPem = signature.mediaType === PEM;
  if (!isPem && !Object.values(HEX_MEDIA_TYPES).includes(signature.mediaType)) {
    throw new ComponentError("invalid", `signature ${name} is of type '${signature.mediaType.slice(0, 120)}', which cannot be verified`);
  }
  const text = (isPem ? parsePemSignature(signature.value).algorithm : undefined) ?? signature.algorithm;
  const algorithm = SIGNATURE_ALGORITHMS.find((each) => each === text);
  if (algorithm === undefined) throw new ComponentError("invalid", `signature ${name} is of the algorithm '${text.slice(0, 80)}', which cannot be verified`);
  return { ...digestKind({ name, digest }), algorithm };
}

/** How the digest of a signature was made. @throws ComponentError `invalid` for a way that is not known here */
export function digestKind({ name, digest }: Pick<Signature, "name" | "digest">): Pick<SignatureKind, "normalisation" | "hash"> {
  try {
    return { normalisation: parseNormalisation(digest.normalisationAlgorithm), hash: parseHashAlgorithm(digest.hashAlgorithm) };
  } catch (cause) {
    if (!(cause instanceof ComponentError)) throw cause;
    throw new ComponentError(cause.kind, `signature ${name}: ${cause.message}`, { cause });
  }
}

/** Why signatures cannot be verified here, by signature; those of known ways are left out. */
export function unknownSignatures(signatures: readonly Signature[]): ReadonlyMap<Signature, ComponentError> {
  const unknown = new Map<Signature, ComponentError>();
  for (const signature of signatures) {
    try {
      signatureKind(signature);
    } catch (error) {
      if (!(error instanceof ComponentError)) throw error;
      unknown.set(signature, error);
    }
  }
  return unknown;
}
