import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { z } from "zod";
import { RegistryError } from "../../oci/errors.ts";
import type { Coordination } from "../../storage/metadata/coordination.ts";
import type { Position } from "../../storage/metadata/records.ts";

const CIPHER = "aes-256-gcm";

/** Bytes: of the secret and its two keys, of the nonce, and of the code that authenticates a cursor. */
const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const CODE_LENGTH = 16;

const positionSchema = z.tuple([z.union([z.string(), z.number()]), z.string()]);

/** Makes the positions of pages opaque, and knows its own work again. */
export interface Cursors {
  /** @param request what the cursor is good for: the operation, its path and filters */
  seal(request: string, position: Position): string;
  /** @throws RegistryError `CURSOR_INVALID` when the cursor was not sealed here for this very request */
  open(request: string, cursor: string): Position;
}

/** The cursors of all processes over one database: each reads those of the others, and those from before a restart. */
export async function openCursors(coordination: Coordination): Promise<Cursors> {
  return createCursors(await coordination.sharedSecret("cursors", randomBytes(KEY_LENGTH)));
}

/**
 * Positions name rows, so nobody may read them: authenticated encryption (AES-256-GCM), with the request as what is authenticated beside.
 * The nonce is a code over request and position, so that one page always has the same link, and with it the same entity tag.
 * @param secret 32 bytes
 */
export function createCursors(secret: Uint8Array): Cursors {
  const [key, nonceKey] = [derive(secret, "encryption"), derive(secret, "nonce")];
  return {
    seal(request, { key: sortKey, name }) {
      const text = JSON.stringify([sortKey, name]);
      const nonce = createHmac("sha256", nonceKey).update(`${text}\n${request}`).digest().subarray(0, NONCE_LENGTH);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(request));
      const sealed = Buffer.concat([nonce, cipher.update(text), cipher.final()]).toString("base64url");
      return `${sealed}.${cipher.getAuthTag().toString("base64url")}`;
    },
    open(request, cursor) {
      const [sealed, code, ...rest] = cursor.split(".").map((part) => Buffer.from(part, "base64url"));
      if (sealed === undefined || code?.length !== CODE_LENGTH || rest.length > 0 || sealed.length <= NONCE_LENGTH) throw invalidCursor();
      if (`${sealed.toString("base64url")}.${code.toString("base64url")}` !== cursor) throw invalidCursor();
      const text = decrypt(key, { sealed, code }, request);
      if (text === undefined) throw invalidCursor();
      const [sortKey, name] = positionSchema.parse(JSON.parse(text));
      return { key: sortKey, name };
    },
  };
}

function derive(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), `opm cursor: ${purpose}`, KEY_LENGTH));
}

/** Undefined: it was encrypted with another key or for another request, or changed since. */
function decrypt(key: Uint8Array, { sealed, code }: { readonly sealed: Buffer; readonly code: Buffer }, request: string): string | undefined {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_LENGTH), { authTagLength: CODE_LENGTH });
  decipher.setAAD(Buffer.from(request)).setAuthTag(code);
  const text = decipher.update(sealed.subarray(NONCE_LENGTH));
  try {
    return Buffer.concat([text, decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

function invalidCursor(): RegistryError {
  return new RegistryError("CURSOR_INVALID", "parameter cursor: it is not one of this list with these filters; begin again without it", {
    detail: { parameter: "cursor" },
  });
}
