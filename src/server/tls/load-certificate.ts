import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContext } from "node:tls";
import { SettingError, unreadable } from "../../config/setting-error.ts";

export interface CertificateFiles {
  /** PEM, the server's certificate first, then the chain. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface LoadedCertificate {
  readonly context: SecureContext;
  /** Unix milliseconds from which on clients refuse it. */
  readonly expiresAt: number;
}

/**
 * Reads a certificate and its key.
 * @throws SettingError naming the setting and the file
 */
export async function loadCertificate(files: CertificateFiles): Promise<LoadedCertificate> {
  const [cert, key] = await Promise.all([read("tls.certificate", files.certificate), read("tls.key", files.key)]);
  const certificate = parseCertificate(cert, files.certificate);
  if (!certificate.checkPrivateKey(parseKey(key, files.key))) {
    throw new SettingError("tls.key", `${files.key} is not the key of the certificate in ${files.certificate}: name the two that belong together`);
  }
  try {
    return { context: createSecureContext({ cert, key }), expiresAt: Date.parse(certificate.validTo) };
  } catch (cause) {
    throw new SettingError("tls.certificate", `${files.certificate} cannot be served: look at each certificate of its chain`, { cause });
  }
}

async function read(setting: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(setting, path, error);
  }
}

function parseCertificate(pem: Buffer, path: string): X509Certificate {
  try {
    if (!pem.includes("-----BEGIN")) throw new Error("no PEM");
    return new X509Certificate(pem);
  } catch (cause) {
    const what = pem.includes("PRIVATE KEY-----") ? "holds a private key" : "is no certificate in PEM";
    throw new SettingError("tls.certificate", `${path} ${what}: expected that of the server, then its chain`, { cause });
  }
}

function parseKey(pem: Buffer, path: string): KeyObject {
  if (/ENCRYPTED/.test(pem.toString("latin1"))) {
    throw new SettingError("tls.key", `${path} is encrypted: store the key without a passphrase, e.g. by openssl pkey -in ... -out ...`);
  }
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new SettingError("tls.key", `${path} is no private key in PEM: name the one that the certificate was made for`, { cause });
  }
}
