import { RegistryError } from "./errors.ts";

declare const brand: unique symbol;

/** A digest that was parsed: a supported algorithm, `:`, and its lower-case hex encoding of the right length. */
export type Digest = string & { readonly [brand]: "Digest" };

export type DigestAlgorithm = "sha256" | "sha512";

/** Supported digests (image-spec, descriptor.md, "Registered algorithms"). */
export const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** True for an algorithm this registry can verify. */
export function isDigestAlgorithm(text: string): text is DigestAlgorithm {
  return text === "sha256" || text === "sha512";
}

/**
 * Parses a digest, e.g. `sha256:6c3c…`.
 * @throws RegistryError `DIGEST_INVALID` when it is malformed or of an algorithm that is not supported.
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new RegistryError("DIGEST_INVALID", `invalid digest '${abbreviate(text)}': expected sha256:<64 hex> or sha512:<128 hex>`);
}

/** True when `text` is a digest this registry supports. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}

/** The hex part of a digest. */
export function digestEncoded(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** Computes the digest of bytes that are in memory. */
export function digestOf(bytes: Uint8Array | string, algorithm: DigestAlgorithm = "sha256"): Digest {
  return `${algorithm}:${new Bun.CryptoHasher(algorithm).update(bytes).digest("hex")}` as Digest;
}

/** Shortens what came from a client before it goes into a message. */
export function abbreviate(text: string, limit = 160): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}
