import { isHost } from "../transport/request-target.ts";

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;

/** By byte: whether it may stand in a token (RFC 9110, section 5.6.2). */
export const TOKEN = byteSet((byte) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)));

/** By byte: whether it may stand in a line of a head: HTAB, SP, VCHAR and obs-text (RFC 9110, section 5.5). */
export const TEXT = byteSet((byte) => byte === TAB || (byte >= SPACE && byte !== 0x7f));

/** By byte: whether it may stand in the value of Host. */
export const HOST = byteSet((byte) => isHost(String.fromCharCode(byte)));

function byteSet(has: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Number(has(byte)));
}

/** Whether these bytes are a word of letters, digits and `-`, given in lower case, in whatever case. */
export function isWord(bytes: Uint8Array, start: number, word: string): boolean {
  for (let at = 0; at < word.length; at++) {
    const byte = bytes[start + at] ?? 0;
    const wanted = word.charCodeAt(at);
    if (byte !== wanted && !(wanted >= 0x61 && wanted <= 0x7a && byte === wanted - 0x20)) return false;
  }
  return true;
}
