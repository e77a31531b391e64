import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { ComponentError } from "../component-error.ts";

/** Bits of an RSA key that is still safe to sign with (NIST SP 800-131A). */
const LEAST_BITS = 2048;

/** A private key as PKCS#1 or PKCS#8 PEM. @param label for messages, e.g. the file's name @throws ComponentError `invalid` */
export function parsePrivateKey(pem: string, label: string): KeyObject {
  const key = parse(() => createPrivateKey(pem), `${label} is no private key: expected RSA in PEM (PKCS#1 or PKCS#8), not encrypted`);
  return checkRsa(key, label);
}

/** A public key as PKIX or PKCS#1 PEM, that of a certificate, or the public half of a private key. @throws ComponentError `invalid` */
export function parsePublicKey(pem: string, label: string): KeyObject {
  const read = () => (pem.includes("-----BEGIN CERTIFICATE-----") ? new X509Certificate(pem).publicKey : createPublicKey(pem));
  return checkRsa(parse(read, `${label} is no public key: expected RSA in PEM, or a certificate`), label);
}

function parse(read: () => KeyObject, message: string): KeyObject {
  try {
    return read();
  } catch {
    // the library's own error may hold a part of the key
    throw new ComponentError("invalid", message);
  }
}

/** @throws ComponentError `invalid` for a key that is not RSA, or too short */
export function checkRsa(key: KeyObject, label: string): KeyObject {
  if (key.asymmetricKeyType !== "rsa" && key.asymmetricKeyType !== "rsa-pss") {
    throw new ComponentError("invalid", `${label} is a key of type ${key.asymmetricKeyType}: components are signed with RSA`);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < LEAST_BITS) throw new ComponentError("invalid", `${label} has ${bits} bits: use a key with at least ${LEAST_BITS}`);
  return key;
}
