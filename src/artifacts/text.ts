/** C0 and C1 controls but tab and line feed; NUL is what no text column takes. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;

const decoder = new TextDecoder();

/** Text of others that may be stored and shown: well-formed Unicode without control characters, at most `limit` bytes in UTF-8. */
export function cleanText(text: string, limit: number): string {
  // Cut first: what follows costs time in the order of the length.
  const cut = text.slice(0, limit).toWellFormed().replaceAll("\r\n", "\n").replaceAll(CONTROLS, "\uFFFD");
  const bytes = Buffer.from(cut);
  if (bytes.length <= limit) return cut;
  return decoder.decode(bytes.subarray(0, limit)).replace(/\uFFFD$/u, "");
}

/** True when {@link cleanText} would cut. */
export function isTooLong(text: string, limit: number): boolean {
  return text.length > limit || (text.length * 3 > limit && Buffer.byteLength(text) > limit);
}

/** The same on one line, for messages. */
export function oneLine(text: string, limit: number): string {
  return cleanText(text.replace(/\s+/g, " ").trim(), limit);
}
