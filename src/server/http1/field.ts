import { COLON, SPACE, TAB, TOKEN } from "./bytes.ts";
import type { FieldPlace } from "./framer.ts";
import { MalformedRequest } from "./malformed.ts";

/**
 * Takes the line of a field apart (RFC 9112, section 5): a token, a colon, and a value without the blanks around it.
 * @throws MalformedRequest when there is no name, or a blank before the colon; so for a line that goes on the one before it
 */
export function readField(bytes: Uint8Array, start: number, end: number): FieldPlace {
  let colon = start;
  while (colon < end && TOKEN[bytes[colon] ?? 0] === 1) colon++;
  if (colon === start || colon === end || bytes[colon] !== COLON) throw new MalformedRequest("a line of the head is no header: name, colon, value");
  let value = colon + 1;
  while (value < end && isBlank(bytes[value])) value++;
  let valueEnd = end;
  while (valueEnd > value && isBlank(bytes[valueEnd - 1])) valueEnd--;
  return [start, colon, value, valueEnd];
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
