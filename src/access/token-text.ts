import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Marks an access token, so that scanners and people recognise one. */
export const TOKEN_PREFIX = "opm_";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ID_LENGTH = 12;
/** 32 characters of 62: 190 bits. */
const RANDOM_LENGTH = 32;
/** Enough for 32 bits. */
const CHECKSUM_LENGTH = 6;

const TOKEN = new RegExp(`^opm_([0-9A-Za-z]{${ID_LENGTH}})_([0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}})$`);

/** The two parts of an access token's text, `opm_<id>_<secret>`. */
export interface TokenParts {
  readonly id: string;
  /** Random characters, and six that check them and the id. */
  readonly secret: string;
}

export function generateToken(): TokenParts {
  const id = randomText(ID_LENGTH);
  const random = randomText(RANDOM_LENGTH);
  return { id, secret: random + checksum(id, random) };
}

export function formatToken(parts: TokenParts): string {
  return `${TOKEN_PREFIX}${parts.id}_${parts.secret}`;
}

/** The parts of a token's text; undefined when it is none or mistyped, which its checksum tells. */
export function parseToken(text: string): TokenParts | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return checksum(id, secret.slice(0, RANDOM_LENGTH)) === secret.slice(RANDOM_LENGTH) ? { id, secret } : undefined;
}

/** Hex SHA-256. The secret is random, hence no slow hash. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Compares in constant time. */
export function isSecret(secret: string, hash: string): boolean {
  const expected = Buffer.from(hash, "hex");
  const actual = Buffer.from(hashSecret(secret), "hex");
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function checksum(id: string, random: string): string {
  let rest = Bun.hash.crc32(`${TOKEN_PREFIX}${id}_${random}`);
  let text = "";
  for (let index = 0; index < CHECKSUM_LENGTH; index++) {
    text = ALPHABET.charAt(rest % ALPHABET.length) + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}

function randomText(length: number): string {
  const largest = 256 - (256 % ALPHABET.length);
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length)) if (byte < largest && text.length < length) text += ALPHABET.charAt(byte % ALPHABET.length);
  }
  return text;
}
