/** Controls, line and paragraph separators, and marks that turn text around: a terminal or viewer would act on them. */
const ACTIVE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Text of others in one line in which no character acts on the terminal: each that would stands as `\u{…}`. */
export function printable(text: string): string {
  return text.replaceAll(ACTIVE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
