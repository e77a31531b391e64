import { X509Certificate } from "node:crypto";
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

function checkAnchor(certificate: X509Certificate, anchors: readonly X509Certificate[], { leaf, now }: { readonly leaf: X509Certificate; readonly now: Date }) {
  const anchor = anchors.find((each) => isIssuedBy(certificate, each));
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
