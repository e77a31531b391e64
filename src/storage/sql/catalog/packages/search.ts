import type { PackageFilter, PackageRow, SearchResult } from "../../../metadata/catalog/packages.ts";
import type { Visibility } from "../../../metadata/records.ts";
import type { Executor } from "../../engine/executor.ts";
import { worstField } from "../../repositories/search-document.ts";
import type { WordQuery } from "../../repositories/search-words.ts";
import { visibleRows } from "../../repositories/visible-rows.ts";
import { type Candidate, fetchCandidates, walk } from "./candidates.ts";
import { matching, searchDocuments } from "./check.ts";
import { compileFilter } from "./filter.ts";
import { BOUNDS, smallSet } from "./matches.ts";
import { END_OF_NAMES, justBelow } from "./name-ranges.ts";
import { repositoriesWithWord, visibleByWord, wordSets } from "./postings.ts";
import { packageRows } from "./rows.ts";

/** Repositories that are ranked at most, where no condition leaves fewer. */
const CANDIDATES = 500;

/** Of these, those whose names start with what was typed. */
const BY_NAME = 50;

export async function searchPackages(
  x: Executor,
  filter: PackageFilter & { readonly text: string },
  visible: Visibility,
  limit: number,
): Promise<SearchResult> {
  const conditions = await compileFilter(x, filter, visible);
  if (conditions?.words === undefined) return { rows: [], approximate: false };
  const { words } = conditions;
  const set = await smallSet(x, conditions, { by: "updated", descending: true }, BOUNDS);
  const found = await matching(x, set ?? (await bestCandidates(x, words, filter.text, visible)), conditions);
  const ranked = await rank(x, found, words, filter.text);
  const rows = ranked.slice(0, limit);
  const packages = await packageRows(
    x,
    rows.map(({ id }) => id),
  );
  const scores = new Map(rows.map(({ name, score }) => [name, score]));
  return { rows: packages.map((row): PackageRow & { score: number } => ({ ...row, score: scores.get(row.name) ?? 0 })), approximate: set === undefined };
}

/** Those where the rarest of the words stands in the name, then in the title, and so on. */
async function bestCandidates(x: Executor, words: WordQuery, text: string, visible: Visibility): Promise<Candidate[]> {
  const byName = await startingWith(x, text.trim().toLowerCase(), visible);
  const ids = visible.all ? await withRarestWord(x, words) : rarest(await visibleByWord(x, words, visible, CANDIDATES), (found) => found.length);
  const known = new Set(byName.map(({ id }) => id));
  return [
    ...byName,
    ...(await fetchCandidates(
      x,
      ids.filter((id) => !known.has(id)),
    )),
  ];
}

/** What a name may consist of: nothing else starts one. */
const NAME_START = /^[a-z0-9._/-]+$/;

async function startingWith(x: Executor, name: string, visible: Visibility): Promise<Candidate[]> {
  if (!NAME_START.test(name)) return [];
  const range = { from: name, to: name + END_OF_NAMES };
  const read = (after: Candidate | undefined, size: number) =>
    walk(x, { by: "name", descending: false }, { key: "", name: after?.name ?? justBelow(name) }, range, size);
  return visibleRows({ read, visible, limit: BY_NAME });
}

async function withRarestWord(x: Executor, words: WordQuery): Promise<number[]> {
  const set = rarest(await wordSets(x, words, CANDIDATES * 4), ({ count }) => count);
  return repositoriesWithWord(x, set, CANDIDATES);
}

function rarest<Set>(sets: readonly Set[], countOf: (set: Set) => number): Set {
  return sets.reduce((a, b) => (countOf(b) < countOf(a) ? b : a));
}

interface Ranked {
  readonly id: number;
  readonly name: string;
  readonly score: number;
}

async function rank(x: Executor, found: readonly Candidate[], words: WordQuery, text: string): Promise<Ranked[]> {
  const documents = await searchDocuments(x, found);
  const ranked = found.map(({ id, name, pulls }) => {
    const tier = tierOf(name, text.trim().toLowerCase(), worstField(documents.get(id) ?? "", words));
    return { id, name, score: tier + pulls / (pulls + 1000) };
  });
  return ranked.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
}

/** 6 exact name, 5 start of it, 4 to 1 by the field in which the last of the words is found. */
function tierOf(name: string, text: string, field: number | undefined): number {
  const last = name.slice(name.lastIndexOf("/") + 1);
  if (name === text || last === text) return 6;
  if (name.startsWith(text) || last.startsWith(text)) return 5;
  return 4 - (field ?? 3);
}
