import type { PackageFilter, Visibility } from "../catalog-query.ts";
import type { PackageRow, SearchResult } from "../catalog-store.ts";
import { type Candidate, candidatesInRanges, fetchCandidates } from "./catalog-candidates.ts";
import { matching, searchDocuments } from "./catalog-check.ts";
import { compileFilter } from "./catalog-filter.ts";
import { BOUNDS, smallSet } from "./catalog-matches.ts";
import { END_OF_NAMES } from "./catalog-name-ranges.ts";
import { packageRows } from "./catalog-package-rows.ts";
import type { Executor } from "./executor.ts";
import { worstField } from "./search-document.ts";
import { repositoriesWithWord, wordSets } from "./search-postings.ts";
import type { WordQuery } from "./search-words.ts";

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
  const found = await matching(x, set ?? (await bestCandidates(x, words, filter.text)), conditions);
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
async function bestCandidates(x: Executor, words: WordQuery, text: string): Promise<Candidate[]> {
  const name = text.trim().toLowerCase();
  const byName = await candidatesInRanges(x, [{ from: name, to: name + END_OF_NAMES }], BY_NAME);
  const sets = await wordSets(x, words, CANDIDATES * 4);
  const rarest = sets.reduce((a, b) => (b.count < a.count ? b : a));
  const ids = await repositoriesWithWord(x, rarest, CANDIDATES);
  const known = new Set(byName.map(({ id }) => id));
  return [
    ...byName,
    ...(await fetchCandidates(
      x,
      ids.filter((id) => !known.has(id)),
    )),
  ];
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
