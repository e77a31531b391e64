import { ContentError } from "./content-error.ts";

const DEPTH_LIMIT = 256;

/** Commas and opening brackets outside of strings: about one for each value, of which one may take a hundred bytes in memory. */
const VALUE_COUNT_LIMIT = 2_000_000;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses JSON of unknown origin; depth and number of values are checked before anything is built.
 * @param what names the content in messages, e.g. `the image config`
 * @throws ContentError
 */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  checkShape(bytes, what);
  try {
    return JSON.parse(decodeText(bytes, what));
  } catch (error) {
    if (error instanceof ContentError) throw error;
    throw new ContentError(`${what} is not valid JSON`);
  }
}

/** The same for a document that is an object. */
export function parseJsonObject(bytes: Uint8Array, what: string): JsonObject {
  const value = asObject(parseJson(bytes, what));
  if (value === undefined) throw new ContentError(`${what} is not a JSON object`);
  return value;
}

/** @throws ContentError when the bytes are not UTF-8. A byte order mark is dropped. */
export function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ContentError(`${what} is not text in UTF-8`);
  }
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The value when it is an array, otherwise an empty one: optional lists may be absent or null. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is text with a character in it. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function checkShape(bytes: Uint8Array, what: string): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case 0x22: // "
        at = endOfString(bytes, at + 1);
        break;
      case 0x5b: // [
      case 0x7b: // {
        values++;
        if (++depth > DEPTH_LIMIT) throw new ContentError(`${what} is nested deeper than ${DEPTH_LIMIT} levels`);
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x2c: // ,
        values++;
        break;
    }
  }
  if (values > VALUE_COUNT_LIMIT) throw new ContentError(`${what} has more than ${VALUE_COUNT_LIMIT} values`);
}

/** Index of the closing quote, or the length when there is none. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at;
}
