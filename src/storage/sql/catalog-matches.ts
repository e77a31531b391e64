import type { Position } from "../catalog-query.ts";
import {
  type Candidate,
  candidatesInRanges,
  comparePositions,
  countTermUses,
  fetchCandidates,
  type Order,
  positionOf,
  repositoriesWithTerm,
  startOf,
  walk,
} from "./catalog-candidates.ts";
import { matching } from "./catalog-check.ts";
import type { Conditions } from "./catalog-filter.ts";
import { justBelow, type NameRange } from "./catalog-name-ranges.ts";
import type { Executor } from "./executor.ts";
import { repositoriesWithWord, wordSets } from "./search-postings.ts";

/** How much one call reads. */
export interface Bounds {
  /** A set of at most so many repositories is read and sorted as a whole. */
  readonly small: number;
  /** Rows read in one statement. */
  readonly chunk: number;
  /** Rows of an index read in all: then the page is short and has a next one. */
  readonly looks: number;
}

export const BOUNDS: Bounds = { small: 1000, chunk: 500, looks: 2000 };

/** Rows read beyond a page in the first statement: one for the look whether there is more, some for those that do not match. */
const SPARE = 20;

/** Ranges of names that one call walks through. */
const RANGES = 50;

export interface MatchRequest {
  readonly order: Order;
  readonly after: Position | undefined;
  readonly limit: number;
  readonly bounds: Bounds;
}

export interface Matches {
  readonly rows: readonly Candidate[];
  /** Where to go on; undefined when there is no more. */
  readonly next: Position | undefined;
}

/** The next repositories that match, in order. Where a condition is rare, of those that meet it; else of the index of the order. */
export async function findMatches(x: Executor, conditions: Conditions, request: MatchRequest): Promise<Matches> {
  const set = await smallSet(x, conditions, request.order, request.bounds);
  return set === undefined ? walkMatches(x, conditions, request) : sortMatches(x, conditions, request, set);
}

/** All candidates when some condition leaves only few, else undefined. */
export async function smallSet(x: Executor, conditions: Conditions, order: Order, { small }: Bounds): Promise<Candidate[] | undefined> {
  const { groups, words, name } = conditions;
  const most = small + 1;
  const sources: { readonly count: number; readonly ids: () => Promise<number[]> }[] = [];
  for (const group of groups) sources.push({ count: await countTermUses(x, group, most), ids: () => repositoriesWithTerm(x, group, most) });
  for (const set of words === undefined ? [] : await wordSets(x, words, most)) {
    sources.push({ count: set.count, ids: () => repositoriesWithWord(x, set, most) });
  }
  const best = sources.reduce((a, b) => (b.count < a.count ? b : a), { count: most, ids: async (): Promise<number[]> => [] });
  if (best.count <= small) return fetchCandidates(x, await best.ids());
  const narrow = name.ranges.length > 1 || name.ranges[0]?.from !== "";
  if (!narrow || (order.by === "name" && name.ranges.length <= RANGES)) return undefined;
  const rows = await candidatesInRanges(x, name.ranges, most);
  return rows.length > small ? undefined : rows;
}

async function sortMatches(x: Executor, conditions: Conditions, request: MatchRequest, set: readonly Candidate[]): Promise<Matches> {
  const { order, after, limit, bounds } = request;
  const compare = comparePositions(order);
  const rows = set.map((row) => ({ row, position: positionOf(row, order) }));
  const left = after === undefined ? rows : rows.filter(({ position }) => compare(position, after) > 0);
  const sorted = left.sort((a, b) => compare(a.position, b.position)).map(({ row }) => row);
  const found: Candidate[] = [];
  for (let from = 0; from < sorted.length && found.length <= limit; from += bounds.chunk) {
    found.push(...(await matching(x, sorted.slice(from, from + bounds.chunk), conditions)));
  }
  return page(found, request);
}

function page(found: readonly Candidate[], { order, limit }: MatchRequest): Matches {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last !== undefined ? positionOf(last, order) : undefined };
}

async function walkMatches(x: Executor, conditions: Conditions, request: MatchRequest): Promise<Matches> {
  const { order, limit, bounds } = request;
  const found: Candidate[] = [];
  let position = request.after ?? startOf(order, conditions);
  let looked = 0;
  for (const [number, range] of rangesFrom(conditions, order, request.after).entries()) {
    if (number === RANGES) return { rows: found, next: position };
    if (order.by === "name") position = { key: "", name: firstOf(range, order, position.name) };
    for (let size = Math.min(bounds.chunk, limit + SPARE); ; size = bounds.chunk) {
      const rows = await walk(x, order, position, range, size);
      looked += rows.length;
      found.push(...(await matching(x, rows, conditions)));
      if (found.length > limit) return page(found, request);
      const last = rows.at(-1);
      if (last !== undefined) position = positionOf(last, order);
      if (rows.length < size || isPast(position, order, conditions)) break;
      if (looked >= bounds.looks) return { rows: found, next: position };
      await turn();
    }
  }
  return { rows: found, next: undefined };
}

/** The ranges that are not behind the position, in the order. Other orders than by name know one, that of everything. */
function rangesFrom({ name }: Conditions, order: Order, after: Position | undefined): readonly NameRange[] {
  if (order.by !== "name") return [{ from: "", to: "" }];
  const ranges = order.descending ? name.ranges.toReversed() : name.ranges;
  if (after === undefined) return ranges;
  return ranges.filter(({ from, to }) => (order.descending ? from < after.name : to > after.name));
}

function firstOf({ from, to }: NameRange, { descending }: Order, after: string): string {
  if (descending) return after < to ? after : to;
  const first = justBelow(from);
  return after > first ? after : first;
}

function isPast({ key }: Position, { by, descending }: Order, { since, until }: Conditions): boolean {
  return by === "updated" && (descending ? Number(key) < since : Number(key) >= until);
}

/** Lets others have the thread: in SQLite each statement runs in it. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
