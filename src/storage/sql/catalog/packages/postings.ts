import type { Visibility } from "../../../metadata/records.ts";
import type { Executor } from "../../engine/executor.ts";
import { idTable } from "../../engine/parameters.ts";
import { SEARCH_FIELDS } from "../../repositories/search-document.ts";
import type { WordQuery } from "../../repositories/search-words.ts";
import { type NamedId, visibleRows } from "../../repositories/visible-rows.ts";

/** Words in the index of which a repository has one, with the number of their uses as far as they were counted. */
export interface WordSet {
  readonly words: readonly number[];
  readonly count: number;
}

/** Words with the same start that are looked for. */
const WORDS = 100;

/** Above every word. */
const END_OF_WORDS = "\u{10ffff}";

/**
 * What each word of a question stands for, counted up to `limit`. A start that more than 100 words have counts as `limit`: then
 * `words` are only the first of them.
 */
export async function wordSets(x: Executor, { words, start }: WordQuery, limit: number): Promise<WordSet[]> {
  const sets: WordSet[] = [];
  for (const word of words) {
    const rows = await x.query<{ id: number }>("SELECT id FROM search_word WHERE word = $1", [word]);
    sets.push(await countUses(x, rows, limit));
  }
  const rows = await x.query<{ id: number }>(`SELECT id FROM search_word WHERE word >= $1 AND word < $2 ORDER BY word LIMIT ${WORDS + 1}`, [
    start,
    start + END_OF_WORDS,
  ]);
  const first = await countUses(x, rows.slice(0, WORDS), limit);
  sets.push(rows.length > WORDS ? { words: first.words, count: limit } : first);
  return sets;
}

async function countUses(x: Executor, rows: readonly { readonly id: number }[], limit: number): Promise<WordSet> {
  let count = 0;
  for (const { id } of rows) {
    if (count >= limit) break;
    const counted = await x.query<{ count: number }>("SELECT COUNT(*) AS count FROM (SELECT 1 FROM search_posting WHERE word_id = $1 LIMIT $2) AS counted", [
      id,
      limit - count,
    ]);
    count += counted[0]?.count ?? 0;
  }
  return { words: rows.map(({ id }) => id), count };
}

/** Repositories that have one of the words, those first where it stands in the name, then in the title and so on; each once. */
export async function repositoriesWithWord(x: Executor, { words }: Pick<WordSet, "words">, limit: number): Promise<number[]> {
  const found = new Set<number>();
  for (const field of SEARCH_FIELDS.keys()) {
    if (found.size >= limit) break;
    const rows = await x.query<{ id: number }>(
      `SELECT p.repository_id AS id FROM ${idTable(x, "$1", "page")} CROSS JOIN search_posting p WHERE p.word_id = page.id AND p.field = $2 LIMIT $3`,
      [JSON.stringify(words), field, limit - found.size],
    );
    for (const { id } of rows) found.add(id);
  }
  return [...found].slice(0, limit);
}

/** For each word of a question the repositories that have it and that the caller may see, at most `limit`, in the order of `repositoriesWithWord`. */
export async function visibleByWord(x: Executor, { words, start }: WordQuery, visible: Visibility, limit: number): Promise<number[][]> {
  const found: number[][] = [];
  for (const word of words) {
    const rows = await x.query<{ id: number }>("SELECT id FROM search_word WHERE word = $1", [word]);
    found.push(await visiblePostings(x, rows, visible, limit));
  }
  const ofStart = new Set<number>();
  for (let from = start, size = WORDS; size === WORDS && ofStart.size < limit; ) {
    const rows = await x.query<{ id: number; word: string }>(`SELECT id, word FROM search_word WHERE word >= $1 AND word < $2 ORDER BY word LIMIT ${WORDS}`, [
      from,
      start + END_OF_WORDS,
    ]);
    for (const id of await visiblePostings(x, rows, visible, limit)) ofStart.add(id);
    size = rows.length;
    from = `${rows.at(-1)?.word ?? ""}\u0001`;
  }
  found.push([...ofStart].slice(0, limit));
  return found;
}

async function visiblePostings(x: Executor, words: readonly { readonly id: number }[], visible: Visibility, limit: number): Promise<number[]> {
  const found = new Set<number>();
  for (const field of SEARCH_FIELDS.keys()) {
    for (const word of words) {
      if (found.size >= limit) return [...found].slice(0, limit);
      const read = (after: NamedId | undefined, size: number) =>
        x.query<NamedId>(
          `SELECT p.repository_id AS id, r.name, r.deleted_at FROM search_posting p CROSS JOIN repository r
            WHERE p.word_id = $1 AND p.field = $2 AND p.repository_id > $3 AND r.id = p.repository_id ORDER BY p.repository_id LIMIT $4`,
          [word.id, field, after?.id ?? 0, size],
        );
      for (const { id } of await visibleRows({ read, visible, limit })) found.add(id);
    }
  }
  return [...found].slice(0, limit);
}
