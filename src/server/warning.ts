/** Headers `Warning` of one answer. */
const COUNT = 5;

/** Characters of a warning. */
const LENGTH = 500;

/** The value of a `Warning` header (distribution-spec, "Warnings"): shown to the user by clients, never acted on. */
export function warning(text: string): string {
  const line = text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, "?");
  return `299 - "${line.length <= LENGTH ? line : `${line.slice(0, LENGTH - 3)}...`}"`;
}

/** The values of the `Warning` headers of an answer: each in a header of its own, as clients do not take them apart. */
export function warningValues(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, COUNT).map(warning);
}
