import type { Visibility } from "../../../metadata/records.ts";
import { integer } from "../../engine/columns.ts";
import type { Executor } from "../../engine/executor.ts";
import { idTable } from "../../engine/parameters.ts";
import { sql } from "../../engine/sql.ts";
import { rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";
import { SEARCH_FIELDS } from "../../repositories/search-document.ts";
import type { WordQuery } from "../../repositories/search-words.ts";
import { type NamedId, visibleRows } from "../../repositories/visible-rows.ts";

const { search_word, search_posting, repository } = tables;
const { id, word: wordColumn } = search_word;

/** Words with the same start that are looked for. */
const WORDS = 100;

const WORD = rowsOf({ id }, () => sql`SELECT id FROM search_word WHERE word = ${"word"}`);
const STARTING = rowsOf(
  { id, word: wordColumn },
  () => sql`SELECT id, word FROM search_word
  WHERE word >= ${"from"} AND word < ${"to"} ORDER BY word LIMIT ${"limit"}`,
);
const USES = rowsOf(
  { count: integer },
  () => sql`SELECT COUNT(*) AS count FROM (SELECT 1 FROM search_posting WHERE word_id = ${"word"} LIMIT ${"limit"}) AS counted`,
);
const REPOSITORIES = rowsOf(
  { id: search_posting.repository_id },
  () => sql`SELECT p.repository_id AS id
  FROM ${idTable("words", "page")} CROSS JOIN search_posting p WHERE p.word_id = page.id AND p.field = ${"field"} LIMIT ${"limit"}`,
);
const NAMED = rowsOf(
  { id: search_posting.repository_id, name: repository.name, deleted_at: repository.deleted_at },
  () => sql`SELECT
    p.repository_id AS id, r.name, r.deleted_at FROM search_posting p CROSS JOIN repository r
  WHERE p.word_id = ${"word"} AND p.field = ${"field"} AND p.repository_id > ${"after"} AND r.id = p.repository_id
  ORDER BY p.repository_id LIMIT ${"limit"}`,
);

/** Words in the index of which a repository has one, with the number of their uses as far as they were counted. */
export interface WordSet {
  readonly words: readonly number[];
  readonly count: number;
}

/** Above every word. */
const END_OF_WORDS = "\u{10ffff}";

/**
 * What each word of a question stands for, counted up to `limit`. A start that more than 100 words have counts as `limit`: then
 * `words` are only the first of them.
 */
export async function wordSets(x: Executor, { words, start }: WordQuery, limit: number): Promise<WordSet[]> {
  const sets: WordSet[] = [];
  for (const word of words) {
    const rows = await x.query(WORD, { word });
    sets.push(await countUses(x, rows, limit));
  }
  const rows = await x.query(STARTING, { from: start, to: start + END_OF_WORDS, limit: WORDS + 1 });
  const first = await countUses(x, rows.slice(0, WORDS), limit);
  sets.push(rows.length > WORDS ? { words: first.words, count: limit } : first);
  return sets;
}

async function countUses(x: Executor, rows: readonly { readonly id: number }[], limit: number): Promise<WordSet> {
  let count = 0;
  for (const { id } of rows) {
    if (count >= limit) break;
    const counted = await x.query(USES, { word: id, limit: limit - count });
    count += counted[0]?.count ?? 0;
  }
  return { words: rows.map(({ id }) => id), count };
}

/** Repositories that have one of the words, those first where it stands in the name, then in the title and so on; each once. */
export async function repositoriesWithWord(x: Executor, { words }: Pick<WordSet, "words">, limit: number): Promise<number[]> {
  const found = new Set<number>();
  for (const field of SEARCH_FIELDS.keys()) {
    if (found.size >= limit) break;
    const rows = await x.query(REPOSITORIES, { words: JSON.stringify(words), field, limit: limit - found.size });
    for (const { id } of rows) found.add(id);
  }
  return [...found].slice(0, limit);
}

/** For each word of a question the repositories that have it and that the caller may see, at most `limit`, in the order of `repositoriesWithWord`. */
export async function visibleByWord(x: Executor, { words, start }: WordQuery, visible: Visibility, limit: number): Promise<number[][]> {
  const found: number[][] = [];
  for (const word of words) {
    const rows = await x.query(WORD, { word });
    found.push(await visiblePostings(x, rows, visible, limit));
  }
  const ofStart = new Set<number>();
  for (let from = start, size = WORDS; size === WORDS && ofStart.size < limit; ) {
    const rows = await x.query(STARTING, { from, to: start + END_OF_WORDS, limit: WORDS });
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
      const read = (after: NamedId | undefined, size: number) => x.query(NAMED, { word: word.id, field, after: after?.id ?? 0, limit: size });
      for (const { id } of await visibleRows({ read, visible, limit })) found.add(id);
    }
  }
  return [...found].slice(0, limit);
}
