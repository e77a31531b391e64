import { constants, sign } from "node:crypto";
import type { ComponentDescriptor, Signature } from "../descriptor/component-descriptor.ts";
import { normalise } from "../normalisation/normalise.ts";
import { descriptorDigest, NODE_HASHES } from "./descriptor-digest.ts";
import { formatPemSignature } from "./pem-signature.ts";
import type { SignatureAlgorithm, SignDescriptor, SignOptions } from "./signing.ts";

export const PEM = "application/x-pem-file";

/** By the algorithm: the media type of a signature in hex. */
export const HEX_MEDIA_TYPES: Readonly<Record<SignatureAlgorithm, string>> = {
  "RSASSA-PKCS1-V1_5": "application/vnd.ocm.signature.rsa",
  "RSASSA-PSS": "application/vnd.ocm.signature.rsa.pss",
};

export const signDescriptor: SignDescriptor = (descriptor, options) => {
  const { normalisation = "jsonNormalisation/v3", hash = "SHA-256" } = options;
  const digest = descriptorDigest(descriptor, normalisation, hash);
  return { digest, signature: { name: options.name, digest, signature: signatureOf(descriptor, options) } };
};

function signatureOf(descriptor: ComponentDescriptor, options: SignOptions): Signature["signature"] {
  const { key, normalisation = "jsonNormalisation/v3", hash = "SHA-256", algorithm = "RSASSA-PKCS1-V1_5", chain } = options;
  const value = sign(NODE_HASHES[hash], normalise(descriptor, normalisation), {
    key,
    ...(algorithm === "RSASSA-PSS"
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN }
      : { padding: constants.RSA_PKCS1_PADDING }),
  });
  if (chain !== undefined && chain.length > 0) return { algorithm, value: formatPemSignature(algorithm, value, chain), mediaType: PEM };
  return { algorithm, value: value.toString("hex"), mediaType: HEX_MEDIA_TYPES[algorithm] };
}

/** The descriptor with a signature, in the place of one of the same name. */
export function withSignature(descriptor: ComponentDescriptor, signature: Signature): ComponentDescriptor {
  const others = (descriptor.signatures ?? []).filter(({ name }) => name !== signature.name);
  return { ...descriptor, signatures: [...others, signature] };
}
