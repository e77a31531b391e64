import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CryptoKey, calculateJwkThumbprint, exportJWK, importPKCS8, importSPKI } from "jose";

/** The pair of keys that signs and verifies bearer tokens. */
export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** JWS algorithm of Ed25519 (RFC 8037). */
export const ALGORITHM = "EdDSA";

/**
 * Reads a signing key.
 * @throws Error when the file is no Ed25519 key in PKCS#8 PEM
 */
export async function readSigningKey(path: string): Promise<SigningKey> {
  const pem = await readFile(path, "utf8").catch((cause) => {
    throw new Error(`cannot read the signing key ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  const privateKey = parsePrivateKey(pem, path);
  const publicKey = await importSPKI(createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString(), ALGORITHM, { extractable: true });
  return {
    id: await calculateJwkThumbprint(await exportJWK(publicKey)),
    privateKey: await importPKCS8(privateKey.export({ type: "pkcs8", format: "pem" }).toString(), ALGORITHM),
    publicKey,
  };
}

/** Reads the signing key, and creates one before when there is none. Of several processes that do so at once one wins. */
export async function openSigningKey(path: string): Promise<SigningKey> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) await createSigningKey(path);
  else await handle.close();
  return await readSigningKey(path);
}

function parsePrivateKey(pem: string, path: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new Error(`the signing key ${path} is no private key in PEM: create one with openssl genpkey -algorithm ed25519`, { cause });
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new Error(`the signing key ${path} is of type ${key.asymmetricKeyType}: expected ed25519, from openssl genpkey -algorithm ed25519`);
}

/** Writes the whole key under another name first, so that no process ever reads half of it. */
async function createSigningKey(path: string): Promise<void> {
  const { privateKey } = generateKeyPairSync("ed25519");
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = join(dirname(path), `.token-${randomUUID()}.pem`);
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(privateKey.export({ type: "pkcs8", format: "pem" }));
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
}
