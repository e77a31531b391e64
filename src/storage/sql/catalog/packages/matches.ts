import type { Position, Visibility } from "../../../metadata/records.ts";
import { othersTurn } from "../../../others-turn.ts";
import type { Executor } from "../../engine/executor.ts";
import type { WordQuery } from "../../repositories/search-words.ts";
import { isVisible, visibleRows } from "../../repositories/visible-rows.ts";
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
  visibleWithTerm,
  walk,
} from "./candidates.ts";
import { matching } from "./check.ts";
import type { Conditions } from "./filter.ts";
import { justBelow, type NameRange } from "./name-ranges.ts";
import { repositoriesWithWord, visibleByWord, wordSets } from "./postings.ts";

/** How much one call reads. */
export interface Bounds {
  /** A set of at most so many repositories is read and sorted as a whole. */
  readonly small: number;
  /** Rows read in one statement. */
  readonly chunk: number;
  /** Rows that the caller may see of an index, read in all: then the page may be short, and has a next one when there is another such row. */
  readonly looks: number;
}

export const BOUNDS: Bounds = { small: 1000, chunk: 500, looks: 2000 };

/** Rows read beyond a page in the first statement: one for the look whether there is more, some for those that do not match. */
const SPARE = 20;

/** Ranges of names that are walked through one after the other rather than read as a set. */
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

/**
 * All candidates when some condition leaves only few, else undefined. Whether it does is told by what the caller may see alone: what a page
 * holds must not depend on rows that are hidden.
 */
export async function smallSet(x: Executor, conditions: Conditions, order: Order, { small }: Bounds): Promise<Candidate[] | undefined> {
  const { groups, words, name } = conditions;
  const most = small + 1;
  const isNarrow = name.ranges.length > 1 || name.ranges[0]?.from !== "";
  if (!name.visible.all && isNarrow) {
    const rows = await visibleInRanges(x, conditions, most);
    if (rows.length <= small) return rows;
  }
  const sources: Source[] = [];
  for (const group of groups) sources.push(await termSource(x, group, name.visible, most));
  if (words !== undefined) sources.push(...(await wordSources(x, words, name.visible, most)));
  const best = sources.reduce((a, b) => (b.count < a.count ? b : a), { count: most, ids: async () => [] });
  if (best.count <= small) return fetchCandidates(x, await best.ids());
  if (!name.visible.all || !isNarrow || (order.by === "name" && name.ranges.length <= RANGES)) return undefined;
  const rows = await candidatesInRanges(x, name.ranges, most);
  return rows.length > small ? undefined : rows;
}

/** Where all candidates can be found, and how many there are as far as they were counted. */
interface Source {
  readonly count: number;
  readonly ids: () => Promise<readonly number[]>;
}

async function termSource(x: Executor, terms: readonly number[], visible: Visibility, most: number): Promise<Source> {
  if (visible.all) return { count: await countTermUses(x, terms, most), ids: () => repositoriesWithTerm(x, terms, most) };
  const ids = await visibleWithTerm(x, terms, visible, most);
  return { count: ids.length, ids: async () => ids };
}

async function wordSources(x: Executor, words: WordQuery, visible: Visibility, most: number): Promise<Source[]> {
  if (!visible.all) return (await visibleByWord(x, words, visible, most)).map((ids) => ({ count: ids.length, ids: async () => ids }));
  return (await wordSets(x, words, most)).map((set) => ({ count: set.count, ids: () => repositoriesWithWord(x, set, most) }));
}

async function visibleInRanges(x: Executor, { name }: Conditions, limit: number): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const range of name.ranges) {
    if (found.length >= limit) break;
    const read = (after: Candidate | undefined, size: number) =>
      walk(x, { by: "name", descending: false }, { key: "", name: after?.name ?? justBelow(range.from) }, range, size);
    found.push(...(await visibleRows({ read, visible: name.visible, limit: limit - found.length })));
  }
  return found;
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
  const { visible } = conditions.name;
  const found: Candidate[] = [];
  let position = request.after ?? startOf(order, conditions);
  let reached: Candidate | undefined;
  let left = bounds.looks;
  for (const range of rangesFrom(conditions, order, request.after)) {
    if (order.by === "name") position = { key: "", name: firstOf(range, order, position.name) };
    for (let size = Math.min(bounds.chunk, limit + SPARE); ; size = bounds.chunk) {
      const rows = await walk(x, order, position, range, size);
      const seen = rows.filter((row) => isVisible(visible, row));
      found.push(...(await matching(x, seen.slice(0, left), conditions)));
      if (found.length > limit) return page(found, request);
      reached = seen.slice(0, left).at(-1) ?? reached;
      if (seen.length > left) return { rows: found, next: reached && positionOf(reached, order) };
      left -= seen.length;
      const last = rows.at(-1);
      if (last !== undefined) position = positionOf(last, order);
      if (rows.length < size || isPast(position, order, conditions)) break;
      await othersTurn();
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
