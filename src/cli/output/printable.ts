/** Controls, line and paragraph separators, and marks that turn text around: a terminal or viewer would act on them. */
const ACTIVE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** The same without what makes lines and columns of a text. */
const ACTIVE_IN_TEXT = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Text of others in one line in which no character acts on the terminal: each that would stands as `\u{…}`. */
export function printable(text: string): string {
  return text.replaceAll(ACTIVE, (character) => `\\u{${codeOf(character)}}`);
}

/** The same for a text of several lines, which keeps its line ends and tabs. */
export function printableText(text: string): string {
  return text.replaceAll(ACTIVE_IN_TEXT, (character) => `\\u{${codeOf(character)}}`);
}

/** True for a text that `printableText` changes. */
export function isActive(text: string): boolean {
  return text.search(ACTIVE_IN_TEXT) >= 0;
}

/** JSON, or double-quoted YAML, that means the same and in which no character acts on the terminal: `\uXXXX` stands for each. */
export function escapeActive(json: string): string {
  return json.replaceAll(ACTIVE_IN_TEXT, (character) => `\\u${codeOf(character).padStart(4, "0")}`);
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}

/** A message in one line: ends of lines, and what surrounds them, are a space. */
export function oneLine(message: string): string {
  return message.trim().replaceAll(/\s*\n\s*/g, " ");
}
