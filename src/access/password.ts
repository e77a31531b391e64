import { RegistryError } from "../oci/errors.ts";
import { TOKEN_PREFIX } from "./token-text.ts";

/** Characters. */
const PASSWORD_MINIMUM = 8;
/** Characters; longer ones cost time to hash and protect no better. */
export const PASSWORD_LIMIT = 1024;

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. */
const ARGON2ID = { algorithm: "argon2id", memoryCost: 19456, timeCost: 2 } as const;

/** The hash of a random text that nobody knows, of the same cost as a real one. */
const UNMATCHABLE = "$argon2id$v=19$m=19456,t=2,p=1$2FsV0wQfHpHLZtkwTZmjqy0x1QntMQLfI1+f41uZ92c$oncSh2DgATudyM4wGAxBVzNRPk6SYB6d8UsoyexR55Y";

/**
 * Hashes a new password to a PHC string.
 * @throws RegistryError `BODY_INVALID` with what is wrong with the password
 */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < PASSWORD_MINIMUM) throw unfit(`the password is too short: expected at least ${PASSWORD_MINIMUM} characters`);
  if (password.length > PASSWORD_LIMIT) throw unfit(`the password is too long: expected at most ${PASSWORD_LIMIT} characters`);
  if (password.startsWith(TOKEN_PREFIX)) throw unfit(`a password must not start with ${TOKEN_PREFIX}, which marks access tokens`);
  return await Bun.password.hash(password, ARGON2ID);
}

function unfit(message: string): RegistryError {
  return new RegistryError("BODY_INVALID", message, { detail: { field: "password" } });
}

/** Bytes of a password that bcrypt looks at. Bun's implementation hashes longer ones before, unlike all others. */
const BCRYPT_BYTES = 72;

/** Compares a password with a hash (argon2 or bcrypt). Without a hash it takes as long, and the answer is false. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  try {
    const bytes = Buffer.from(password);
    const counted = hash?.startsWith("$2") ? bytes.subarray(0, BCRYPT_BYTES) : bytes;
    const same = await Bun.password.verify(counted, hash ?? UNMATCHABLE);
    return same && hash !== undefined;
  } catch (cause) {
    throw new RegistryError("UNKNOWN", "a stored password hash cannot be read: set the password of this user anew", { cause });
  }
}
