import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CryptoKey, calculateJwkThumbprint, exportJWK, importPKCS8, importSPKI } from "jose";
import type { Coordination } from "../storage/metadata/coordination.ts";

/** A key that verifies bearer tokens. */
export interface VerifyingKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly id: string;
  readonly publicKey: CryptoKey;
}

/** The pair of keys that signs and verifies bearer tokens. */
export interface SigningKey extends VerifyingKey {
  readonly privateKey: CryptoKey;
}

/** JWS algorithm of Ed25519 (RFC 8037). */
export const ALGORITHM = "EdDSA";

/**
 * Reads a signing key.
 * @throws Error when the file is no Ed25519 key in PKCS#8 PEM
 */
export async function readSigningKey(path: string): Promise<SigningKey> {
  const pem = await readKeyFile(path);
  return await signingKeyOf(parsePrivateKey(pem, path));
}

/**
 * Reads a key that only verifies, of a public or a private key.
 * @throws Error when the file is no Ed25519 key in PEM
 */
export async function readVerifyingKey(path: string): Promise<VerifyingKey> {
  const pem = await readKeyFile(path);
  return await verifyingKeyOf(pem.includes("PUBLIC KEY") ? parsePublicKey(pem, path) : createPublicKey(parsePrivateKey(pem, path)));
}

/**
 * The generated key of all processes over one database, which keeps it: the first to come brings the one of its file where it has one, as a
 * registry of one node does that becomes several.
 */
export async function sharedSigningKey(coordination: Pick<Coordination, "sharedSecret">, path: string): Promise<SigningKey> {
  const own = await readFile(path, "utf8").catch(() => undefined);
  if (own !== undefined) parsePrivateKey(own, path);
  const pem = await coordination.sharedSecret("token-key", new TextEncoder().encode(own ?? generatedKey()));
  return await signingKeyOf(parsePrivateKey(new TextDecoder().decode(pem), "in the metadata database"));
}

async function signingKeyOf(privateKey: KeyObject): Promise<SigningKey> {
  return {
    ...(await verifyingKeyOf(createPublicKey(privateKey))),
    privateKey: await importPKCS8(privateKey.export({ type: "pkcs8", format: "pem" }).toString(), ALGORITHM),
  };
}

async function verifyingKeyOf(key: KeyObject): Promise<VerifyingKey> {
  const publicKey = await importSPKI(key.export({ type: "spki", format: "pem" }).toString(), ALGORITHM, { extractable: true });
  return { id: await calculateJwkThumbprint(await exportJWK(publicKey)), publicKey };
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new Error(`cannot read the signing key ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function generatedKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
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
  return requireEd25519(key, path);
}

function parsePublicKey(pem: string, path: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw new Error(`the signing key ${path} is no public key in PEM: openssl pkey -pubout writes that of a private one`, { cause });
  }
  return requireEd25519(key, path);
}

function requireEd25519(key: KeyObject, path: string): KeyObject {
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new Error(`the signing key ${path} is of type ${key.asymmetricKeyType}: expected ed25519, from openssl genpkey -algorithm ed25519`);
}

/** Writes the whole key under another name first, so that no process ever reads half of it. */
async function createSigningKey(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = join(dirname(path), `.token-${randomUUID()}.pem`);
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(generatedKey());
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
