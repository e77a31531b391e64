import { constants, createHash, type KeyObject, verify } from "node:crypto";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, Signature } from "../descriptor/component-descriptor.ts";
import { normalise } from "../normalisation/normalise.ts";
import { keyOfCertificate } from "./certificate-chain.ts";
import { type CertificatePath, type CertificateTrust, trustedPath } from "./certificate-path.ts";
import { descriptorDigest, NODE_HASHES } from "./descriptor-digest.ts";
import { formatDistinguishedName } from "./distinguished-name.ts";
import { parsePemSignature } from "./pem-signature.ts";
import { PEM } from "./sign-descriptor.ts";
import { digestKind, signatureKind } from "./signature-kind.ts";

export interface VerifyOptions {
  /** The key that must have signed. */
  readonly key?: KeyObject;
  /** Whose certificates count. Without it signatures with certificates are held against the key alone. */
  readonly trust?: CertificateTrust;
}

/** Who made a signature. */
export interface Signer {
  /** Name of the signature. */
  readonly signature: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER), hex. */
  readonly key: string;
  /** Distinguished names of the certificate, where that was looked at. */
  readonly certificate?: { readonly subject: string; readonly issuer: string; readonly authority: string };
}

/**
 * Checks one signature of a descriptor: the digest that it names, then the signature of it. Blobs and references are not looked at.
 * @returns who made it
 * @throws ComponentError `finding` when it is not good; `invalid` for what cannot be checked
 */
export async function verifySignature(descriptor: ComponentDescriptor, signature: Signature, options: VerifyOptions): Promise<Signer> {
  const { name, digest } = signature;
  const { normalisation, hash, algorithm } = signatureKind(signature);
  const actual = descriptorDigest(descriptor, normalisation, hash).value;
  if (actual !== digest.value.toLowerCase()) {
    throw new ComponentError("finding", `signature ${name} is of other content: it names ${digest.value}, the component version has ${actual}`);
  }
  const { value, key, path } = await decode(signature, options);
  const padding = algorithm === "RSASSA-PSS" ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const pss = algorithm === "RSASSA-PSS" ? { saltLength: constants.RSA_PSS_SALTLEN_AUTO } : {};
  if (!verify(NODE_HASHES[hash], normalise(descriptor, normalisation), { key, padding, ...pss }, value)) {
    throw new ComponentError("finding", `signature ${name} was not made with this key`);
  }
  const fingerprint = createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");
  return { signature: name, key: fingerprint, ...(path !== undefined && { certificate: namesOf(path) }) };
}

function namesOf({ subject, issuer, anchor }: CertificatePath): NonNullable<Signer["certificate"]> {
  return { subject: formatDistinguishedName(subject), issuer: formatDistinguishedName(issuer), authority: formatDistinguishedName(anchor) };
}

/** True where the digest of a signature is that of the descriptor, whoever signed it. @throws ComponentError `invalid` for a digest that cannot be made */
export function signsContent(descriptor: ComponentDescriptor, signature: Signature): boolean {
  const { normalisation, hash } = digestKind(signature);
  return descriptorDigest(descriptor, normalisation, hash).value === signature.digest.value.toLowerCase();
}

interface Decoded {
  readonly value: Uint8Array;
  readonly key: KeyObject;
  readonly path?: CertificatePath;
}

async function decode({ name, signature }: Signature, options: VerifyOptions): Promise<Decoded> {
  if (signature.mediaType === PEM) return await decodePem(name, signature, options);
  if (!/^(?:[0-9a-f]{2})+$/i.test(signature.value)) throw new ComponentError("finding", `signature ${name} has a value that is not hexadecimal`);
  const { key, trust } = options;
  if (trust?.subject !== undefined || trust?.issuer !== undefined) {
    throw new ComponentError("finding", `signature ${name} has no certificate, so nobody knows its subject or issuer`);
  }
  if (key === undefined) throw new ComponentError("invalid", `signature ${name} has no certificate: give the public key with --key`);
  return { value: Buffer.from(signature.value, "hex"), key };
}

async function decodePem(name: string, signature: Signature["signature"], { key, trust }: VerifyOptions): Promise<Decoded> {
  const { value, chain } = parsePemSignature(signature.value);
  if (trust === undefined) {
    if (key === undefined) throw new ComponentError("invalid", `signature ${name}: give the public key with --key`);
    return { value, key };
  }
  const path = await trustedPath({ name, issuer: signature.issuer, chain }, trust);
  const own = keyOfCertificate(chain[0] ?? "", `the certificate of signature ${name}`);
  if (key !== undefined && !own.equals(key)) throw new ComponentError("finding", `signature ${name}: its certificate is not of the key that was given`);
  return { value, key: own, path };
}
