import { ComponentError } from "../component-error.ts";
import { type DistinguishedName, formatDistinguishedName, hasNames, nameOrCommonName, sameName } from "./distinguished-name.ts";

/** What a chain of certificates says of who signed. Names are those of its first certificate. */
export interface CertificatePath {
  /** One line that names the certificate, where there is no valid path; else undefined. */
  readonly problem?: string | undefined;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** The authority that the path ends at. */
  readonly anchor: DistinguishedName;
}

/**
 * Looks for a valid path (RFC 5280, section 6) from the first certificate, which must be for signing code, to one of the roots. All are PEM.
 * @throws Error where it cannot be looked for
 */
export type ValidatePath = (chain: readonly string[], options: { readonly roots: readonly string[]; readonly now: Date }) => Promise<CertificatePath>;

/** Whose certificates count. */
export interface CertificateTrust {
  /** Authorities that the user named, PEM: nobody else is trusted. */
  readonly roots: readonly string[];
  /** What the subject must have. Default: the signature's name, a distinguished name or a common name. */
  readonly subject?: DistinguishedName;
  /** What the issuer of the certificate must have. */
  readonly issuer?: DistinguishedName;
  readonly now: Date;
  readonly validatePath: ValidatePath;
}

export interface CertifiedSignature {
  /** Of the signature. */
  readonly name: string;
  /** The distinguished name that is written in the signature, where there is one. */
  readonly issuer: string | undefined;
  /** PEM, leaf first. */
  readonly chain: readonly string[];
}

/** Holds the certificates of a signature against what is trusted, and against whose signature it says it is. @throws ComponentError `finding` */
export async function trustedPath({ name, issuer, chain }: CertifiedSignature, trust: CertificateTrust): Promise<CertificatePath> {
  if (chain.length === 0) throw finding(name, "it has no certificate: give the public key with --key");
  if (trust.roots.length === 0)
    throw finding(name, "it is signed with a certificate, and no authority is trusted: name one with --ca-cert, or the key with --key");
  const path = await trust.validatePath(chain, trust);
  if (path.problem !== undefined) throw finding(name, path.problem);
  const subject = formatDistinguishedName(path.subject);
  const wanted = trust.subject ?? nameOrCommonName(name);
  if (!hasNames(path.subject, wanted)) {
    const hint = trust.subject === undefined ? `, as its name says: say whose it must be with --subject '${subject}'` : "";
    throw finding(name, `its certificate is that of ${subject}, not of ${formatDistinguishedName(wanted)}${hint}`);
  }
  if (trust.issuer !== undefined && !hasNames(path.issuer, trust.issuer)) {
    throw finding(name, `its certificate was issued by ${formatDistinguishedName(path.issuer)}, not by ${formatDistinguishedName(trust.issuer)}`);
  }
  if (issuer !== undefined && issuer !== "") checkWritten(name, issuer, path);
  return path;
}

/** Of today's tools one writes the subject of the certificate there, the other looks for its issuer. */
function checkWritten(name: string, issuer: string, path: CertificatePath): void {
  const written = nameOrCommonName(issuer);
  if (sameName(written, path.subject) || sameName(written, path.issuer)) return;
  const [subject, by] = [path.subject, path.issuer].map(formatDistinguishedName);
  throw finding(name, `it names ${issuer.slice(0, 200)} as who signed, its certificate is that of ${subject}, issued by ${by}`);
}

function finding(name: string, message: string): ComponentError {
  return new ComponentError("finding", `signature ${name}: ${message}`);
}
