import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { ComponentError } from "../component-error.ts";
import { formatDistinguishedName, hasNames, nameOrCommonName } from "./distinguished-name.ts";
import { checkRsa } from "./keys.ts";

/** Extended key usage "code signing" (RFC 5280, section 4.2.1.12). */
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

/** The key of a certificate. @throws ComponentError `invalid` for one that components are not signed with */
export function keyOfCertificate(pem: string, label: string): KeyObject {
  return checkRsa(parseCertificate(pem).publicKey, label);
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

/** Warns of a signature whose name is not that of its certificate, which is what verifying goes by unless it is told otherwise. */
export function nameWarnings(name: string, [leaf]: readonly string[]): readonly string[] {
  if (leaf === undefined) return [];
  const subject = nameOrCommonName(nameOf(parseCertificate(leaf)));
  if (hasNames(subject, nameOrCommonName(name))) return [];
  const text = formatDistinguishedName(subject.toReversed());
  return [`the certificate is that of ${text}, which the name ${name} does not say: verify with --subject '${text}' (the older OCM command line: --issuer)`];
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

function nameOf({ subject }: X509Certificate): string {
  return subject.replaceAll("\n", ", ");
}
