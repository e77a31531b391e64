/** Characters of a word; longer ones are no words that people look for. */
const WORD_LENGTH = 40;

const WORD = /[\p{L}\p{N}]+/gu;

/** Hashes, times and the like: different for every push, and nobody looks for a part of them. */
const NOISE = /^(?:[0-9a-f]{12,}|\d{5,})$/;

/**
 * The words of a text, lower case, each once, in order, at most `limit`. Both databases find what is equal here.
 * @param noise also what looks like a hash or a time
 */
export function wordsOf(text: string, limit: number, noise = false): string[] {
  const words = new Set<string>();
  for (const [word] of text.normalize("NFKC").toLowerCase().matchAll(WORD)) {
    if (words.size >= limit) break;
    if (word.length <= WORD_LENGTH && (noise || !NOISE.test(word))) words.add(word);
  }
  return [...words];
}

/** What somebody looks for: all of these words; `start` is the start of one more. */
export interface WordQuery {
  readonly words: readonly string[];
  readonly start: string;
}

/** Words of one question. */
const QUERY_WORDS = 10;

/** Reads what somebody typed; undefined when there is no word in it. The last word may be the start of one. */
export function parseWordQuery(text: string): WordQuery | undefined {
  const words = [...text.normalize("NFKC").toLowerCase().matchAll(WORD)].map(([word]) => word.slice(0, WORD_LENGTH)).slice(0, QUERY_WORDS);
  const start = words.pop();
  return start === undefined ? undefined : { words: [...new Set(words)], start };
}
