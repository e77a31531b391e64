import { type WordQuery, wordsOf } from "./search-words.ts";

/** Where a word stands, best first: the code in the database is the place in this list. */
export const SEARCH_FIELDS = ["name", "title", "description", "other"] as const;

/** Words of one field at most. */
const FIELD_WORDS = 100;

/** Texts of a repository by field. */
export type SearchTexts = Readonly<Record<(typeof SEARCH_FIELDS)[number], string>>;

/** A line for each field: its words that no field before has, between spaces. */
export function writeDocument(texts: SearchTexts): string {
  const seen = new Set<string>();
  const lines = SEARCH_FIELDS.map((field) => {
    const words = wordsOf(texts[field], FIELD_WORDS, field === "name").filter((word) => !seen.has(word));
    for (const word of words) seen.add(word);
    return ` ${words.join(" ")} `;
  });
  return lines.join("\n");
}

/** The words of a document by the code of their field. */
export function readDocument(document: string): Map<string, number> {
  const words = new Map<string, number>();
  for (const [field, line] of document.split("\n").entries()) {
    for (const word of line.split(" ")) if (word !== "") words.set(word, field);
  }
  return words;
}

/** Whether a document has all the words. */
export function hasWords(document: string, { words, start }: WordQuery): boolean {
  return document.includes(` ${start}`) && words.every((word) => document.includes(` ${word} `));
}

/** The worst of the fields that the words stand in, each at its best place; undefined when one is not there. */
export function worstField(document: string, { words, start }: WordQuery): number | undefined {
  const places = [...words.map((word) => document.indexOf(` ${word} `)), document.indexOf(` ${start}`)];
  if (places.includes(-1)) return undefined;
  const worst = Math.max(...places);
  let field = 0;
  for (let at = document.indexOf("\n"); at >= 0 && at < worst; at = document.indexOf("\n", at + 1)) field++;
  return field;
}
