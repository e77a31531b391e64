import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { ComponentError } from "../component-error.ts";

/** Extended key usage "code signing" (RFC 5280, section 4.2.1.12). */
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

/** Certificates in a chain. */
const LENGTH_LIMIT = 10;

export interface ChainOptions {
  /** PEM; trusted instead of the authorities that are usual. */
  readonly roots?: readonly string[];
  readonly now: Date;
}

/**
 * Checks that a chain leads from a certificate for signing code to an authority that is trusted.
 * @param chain leaf first; what is left out at its end is looked for among the trusted ones
 * @returns the leaf
 * @throws ComponentError `finding` saying which certificate is not good, and why
 */
export function verifyChain(chain: readonly string[], { roots, now }: ChainOptions): X509Certificate {
  if (chain.length > LENGTH_LIMIT) throw finding(`the chain of certificates has more than ${LENGTH_LIMIT}`);
  const certificates = chain.map(parseCertificate);
  const [leaf] = certificates;
  if (leaf === undefined) throw finding("the signature has no certificate");
  if (isSelfIssued(leaf)) throw finding(`the certificate of ${nameOf(leaf)} is signed by itself: give its key with --key`);
  if (!(leaf.keyUsage ?? []).includes(CODE_SIGNING)) throw finding(`the certificate of ${nameOf(leaf)} is not for signing code`);
  const anchors = roots === undefined ? undefined : roots.map(parseCertificate);
  for (const [at, certificate] of certificates.entries()) {
    checkTime(certificate, now);
    if (at > 0 && anchors?.some((anchor) => anchor.raw.equals(certificate.raw))) return leaf;
    const issuer = certificates[at + 1];
    if (issuer === undefined || isSelfIssued(issuer)) return checkAnchor(certificate, anchors ?? rootCertificates.map(parseCertificate), { leaf, now });
    if (!issuer.ca || !isIssuedBy(certificate, issuer)) throw finding(`the certificate of ${nameOf(certificate)} was not issued by the next one of its chain`);
  }
  return leaf;
}

/**
 * The certificates to put into a signature: those of a PEM text, but for authorities that signed themselves, which others refuse there.
 * @param label for messages, e.g. the file's name
 * @returns PEM, leaf first
 * @throws ComponentError `invalid` when they are not of this key, or nobody could verify with them
 */
export function signingChain(pem: string, { key, now, label }: { readonly key: KeyObject; readonly now: Date; readonly label: string }): readonly string[] {
  const texts = splitCertificates(pem, label);
  const certificates = texts.map(parseCertificate);
  const [leaf] = certificates;
  const refuse = (why: string) => new ComponentError("invalid", `${label}: ${why}`);
  if (leaf === undefined || !leaf.publicKey.equals(createPublicKey(key))) throw refuse("its first certificate is not of the key that signs");
  if (isSelfIssued(leaf)) throw refuse("the certificate is signed by itself, which others refuse: sign without it");
  if (!(leaf.keyUsage ?? []).includes(CODE_SIGNING)) throw refuse(`the certificate of ${nameOf(leaf)} is not for signing code`);
  if (now < new Date(leaf.validFrom) || now > new Date(leaf.validTo)) throw refuse(`the certificate of ${nameOf(leaf)} is not valid today`);
  const broken = certificates.find((each, at) => {
    const issuer = certificates[at + 1];
    return issuer !== undefined && !isIssuedBy(each, issuer);
  });
  if (broken !== undefined) throw refuse(`the certificate of ${nameOf(broken)} was not issued by the one after it: write the leaf first`);
  return texts.filter((_, at) => certificates[at] !== undefined && !isSelfIssued(certificates[at]));
}

/** The certificates of a PEM text. @throws ComponentError `invalid` where there are none */
export function splitCertificates(pem: string, label: string): readonly string[] {
  const texts = [...pem.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g)].map(([text]) => `${text}\n`);
  if (texts.length === 0) throw new ComponentError("invalid", `${label} has no certificate: expected PEM`);
  for (const text of texts) parseCertificate(text);
  return texts;
}

function checkAnchor(certificate: X509Certificate, anchors: readonly X509Certificate[], { leaf, now }: { readonly leaf: X509Certificate; readonly now: Date }) {
  const anchor = anchors.find((each) => each.ca && isIssuedBy(certificate, each));
  if (anchor === undefined) throw finding(`nobody who is trusted issued the certificate of ${nameOf(certificate)}: name the authority with --ca-cert`);
  checkTime(anchor, now);
  return leaf;
}

/** @throws ComponentError `invalid` */
function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new ComponentError("invalid", "a certificate cannot be read: expected PEM", { cause });
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isSelfIssued(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
}

function checkTime(certificate: X509Certificate, now: Date): void {
  if (now < new Date(certificate.validFrom)) throw finding(`the certificate of ${nameOf(certificate)} is valid from ${certificate.validFrom} on only`);
  if (now > new Date(certificate.validTo)) throw finding(`the certificate of ${nameOf(certificate)} was valid until ${certificate.validTo}`);
}

function nameOf({ subject }: X509Certificate): string {
  return subject.replaceAll("\n", ", ");
}

function finding(message: string): ComponentError {
  return new ComponentError("finding", message);
}
