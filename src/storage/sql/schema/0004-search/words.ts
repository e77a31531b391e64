/** Where a word stands, best first: the code in the database is the place in this list. */
export const FIELDS = ["name", "title", "description", "other"] as const;

/** Words of one field at most, and characters of a word. */
const FIELD_WORDS = 100;
const WORD_LENGTH = 40;

const WORD = /[\p{L}\p{N}]+/gu;

/** Hashes, times and the like: only names are found by them. */
const NOISE = /^(?:[0-9a-f]{12,}|\d{5,})$/;

/** The words of each field that no field before has. */
export function wordsByField(texts: Readonly<Record<(typeof FIELDS)[number], string>>): string[][] {
  const seen = new Set<string>();
  return FIELDS.map((field) => {
    const words = wordsOf(texts[field], field === "name").filter((word) => !seen.has(word));
    for (const word of words) seen.add(word);
    return words;
  });
}

function wordsOf(text: string, noise: boolean): string[] {
  const words = new Set<string>();
  for (const [word] of text.normalize("NFKC").toLowerCase().matchAll(WORD)) {
    if (words.size >= FIELD_WORDS) break;
    if (word.length <= WORD_LENGTH && (noise || !NOISE.test(word))) words.add(word);
  }
  return [...words];
}
