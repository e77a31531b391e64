import { constants, type KeyObject, verify, type X509Certificate } from "node:crypto";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, Signature } from "../descriptor/component-descriptor.ts";
import { normalise } from "../normalisation/normalise.ts";
import { verifyChain } from "./certificate-chain.ts";
import { descriptorDigest, NODE_HASHES, parseHashAlgorithm, parseNormalisation } from "./descriptor-digest.ts";
import { parsePemSignature } from "./pem-signature.ts";
import { HEX_MEDIA_TYPES, PEM } from "./sign-descriptor.ts";
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "./signing.ts";

export interface VerifyOptions {
  /** The key that must have signed. Without one the signature must have certificates. */
  readonly key?: KeyObject;
  /** Authorities in PEM, in the place of the usual ones. */
  readonly roots?: readonly string[];
  readonly now: Date;
}

/**
 * Checks one signature of a descriptor: the digest that it names, then the signature of it. Blobs and references are not looked at.
 * @throws ComponentError `finding` when it is not good; `invalid` for what cannot be checked
 */
export function verifySignature(descriptor: ComponentDescriptor, signature: Signature, options: VerifyOptions): void {
  const { name, digest } = signature;
  const { normalisation, hash, value: actual } = actualDigest(descriptor, signature);
  if (actual !== digest.value.toLowerCase()) {
    throw new ComponentError("finding", `signature ${name} is of other content: it names ${digest.value}, the component version has ${actual}`);
  }
  const { algorithm, value, key } = decode(signature, options);
  const padding = algorithm === "RSASSA-PSS" ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const pss = algorithm === "RSASSA-PSS" ? { saltLength: constants.RSA_PSS_SALTLEN_AUTO } : {};
  if (!verify(NODE_HASHES[hash], normalise(descriptor, normalisation), { key, padding, ...pss }, value)) {
    throw new ComponentError("finding", `signature ${name} was not made with this key`);
  }
}

/** True where the digest of a signature is that of the descriptor, whoever signed it. @throws ComponentError `invalid` for a digest that cannot be made */
export function signsContent(descriptor: ComponentDescriptor, signature: Signature): boolean {
  return actualDigest(descriptor, signature).value === signature.digest.value.toLowerCase();
}

function actualDigest(descriptor: ComponentDescriptor, { name, digest }: Signature) {
  try {
    const normalisation = parseNormalisation(digest.normalisationAlgorithm);
    const hash = parseHashAlgorithm(digest.hashAlgorithm);
    return { normalisation, hash, value: descriptorDigest(descriptor, normalisation, hash).value };
  } catch (cause) {
    if (!(cause instanceof ComponentError)) throw cause;
    throw new ComponentError(cause.kind, `signature ${name}: ${cause.message}`, { cause });
  }
}

interface Decoded {
  readonly algorithm: SignatureAlgorithm;
  readonly value: Uint8Array;
  readonly key: KeyObject;
}

function decode({ name, signature }: Signature, options: VerifyOptions): Decoded {
  if (signature.mediaType === PEM) return decodePem(name, signature, options);
  if (!Object.values(HEX_MEDIA_TYPES).includes(signature.mediaType)) {
    throw new ComponentError("invalid", `signature ${name} is of type '${signature.mediaType.slice(0, 120)}', which cannot be verified`);
  }
  if (!/^(?:[0-9a-f]{2})+$/i.test(signature.value)) throw new ComponentError("finding", `signature ${name} has a value that is not hexadecimal`);
  if (options.key === undefined) throw new ComponentError("invalid", `signature ${name} has no certificate: give the public key with --key`);
  return { algorithm: parseAlgorithm(name, signature.algorithm), value: Buffer.from(signature.value, "hex"), key: options.key };
}

function decodePem(name: string, signature: Signature["signature"], { key, roots, now }: VerifyOptions): Decoded {
  const { algorithm, value, chain } = parsePemSignature(signature.value);
  const decoded = { algorithm: parseAlgorithm(name, algorithm ?? signature.algorithm), value };
  if (key !== undefined) return { ...decoded, key };
  const leaf = verifyChain(chain, { now, ...(roots !== undefined && { roots }) });
  checkIssuer(name, signature.issuer, leaf);
  return { ...decoded, key: leaf.publicKey };
}

/** Of today's tools one writes the subject of the certificate there, the other its issuer. */
function checkIssuer(name: string, issuer: string | undefined, leaf: X509Certificate): void {
  if (issuer === undefined || issuer === "") return;
  const wanted = commonNameOf(issuer.replaceAll(",", "\n"));
  const known = [leaf.subject, leaf.issuer].map(commonNameOf);
  if (!known.includes(wanted)) throw new ComponentError("finding", `signature ${name} names the issuer ${issuer}, its certificate is of ${known.join(" by ")}`);
}

function commonNameOf(distinguished: string): string {
  return /(?:^|\n)\s*CN\s*=\s*([^\n]*)/i.exec(distinguished)?.[1]?.trim() ?? distinguished.trim();
}

function parseAlgorithm(name: string, text: string): SignatureAlgorithm {
  const known = SIGNATURE_ALGORITHMS.find((each) => each === text);
  if (known === undefined) throw new ComponentError("invalid", `signature ${name} is of the algorithm '${text.slice(0, 80)}', which cannot be verified`);
  return known;
}
