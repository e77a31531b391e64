import { describe, expect, test } from "bun:test";
import { compileFilter } from "../../../sql/catalog/packages/filter.ts";
import { type Bounds, findMatches } from "../../../sql/catalog/packages/matches.ts";
import type { Connection, Executor, Transactor } from "../../../sql/engine/executor.ts";
import type { PackageQuery } from "../../catalog/packages.ts";
import type { Position } from "../../records.ts";
import { portsOn } from "../ports-on.ts";
import { EVERYTHING, expectedNames, type ModelRepository, visibleBy } from "./model.ts";
import { Choices, randomFilter, randomName, randomPush } from "./random.ts";
/** A database with the schema. `x` runs statements outside of transactions. */
export interface CatalogDatabase extends Transactor {
  readonly x: Connection;
}

/** Bounds under which few rows are many, so that small data takes the ways of large data. */
const WALK: Bounds = { small: 0, chunk: 7, looks: 15 };
const SETS: Bounds = { small: 10, chunk: 3, looks: 20 };

const SORTS: readonly PackageQuery["sort"][] = (["name", "updated", "pulls", "semver"] as const).flatMap((by) => [
  { by, descending: false },
  { by, descending: true },
]);

const CALLERS = [
  EVERYTHING,
  visibleBy("team-a/**"),
  visibleBy("team-a/**", "x/*", "team-a/api/*"),
  visibleBy("*/api*"),
  visibleBy("**/web*", "teams/**"),
  visibleBy("none/**"),
  { ...visibleBy(), prefixes: [] },
] as const;

/** Lists agree with an oracle in plain code: the same names in the same order, whatever the page size and the plan. */
export function packageListCases(open: () => Promise<CatalogDatabase>): void {
  test("lists of packages are what a filter over all data gives, page by page, by every plan", async () => {
    const database = await open();
    const choices = new Choices(4);
    const model = await fill(database, choices, 60);
    for (let round = 0; round < 200; round++) {
      const query = { filter: randomFilter(choices), sort: choices.of(asTuple(SORTS)), visible: choices.of(asTuple(CALLERS)) };
      const expected = expectedNames(model, query);
      const limit = choices.of([1, 3, 10, 100]);
      const because = `${round}: ${JSON.stringify(query)} ${query.visible.prefixes}`;
      expect({ because, names: await listAll(database.x, { ...query, limit }) }).toEqual({ because, names: expected });
      for (const bounds of [WALK, SETS]) {
        const names = await findAll(database.x, { ...query, limit }, bounds);
        expect({ because, bounds, names }).toEqual({ because, bounds, names: expected });
      }
      const counted = await portsOn(database.x).packages.count(query.filter, query.visible, 1000);
      expect({ because, ...counted }).toEqual({ because, count: expected.length, approximate: false });
      const facets = await portsOn(database.x).packages.facets(query.filter, query.visible, 1000);
      expect(facets).toMatchObject({ candidates: expected.length, approximate: false });
    }
  }, 120_000);

  describe.each(SORTS.map((sort) => [`${sort.by}${sort.descending ? ", descending" : ""}`, sort] as const))("sorted by %s", (_, sort) => {
    test("rows that are deleted between pages take no other with them", async () => {
      const database = await open();
      const choices = new Choices(9);
      const model = await fill(database, choices, 20);
      const expected = expectedNames(model, { filter: {}, sort, visible: EVERYTHING });
      const gone = new Set(expected.filter((_, index) => index % 4 === 1));
      const seen: string[] = [];
      let after: Position | undefined;
      for (let pages = 0; pages < 100; pages++) {
        const page = await portsOn(database.x).packages.list({ filter: {}, sort, visible: EVERYTHING, after, limit: 3 });
        seen.push(...page.rows.map(({ name }) => name));
        // Of the rows to come, and the one that the page ended with.
        for (const name of expected.slice(seen.length - 1, seen.length + 2)) {
          if (gone.has(name)) await database.x.run("UPDATE repository SET deleted_at = 1 WHERE name = $1", [name]);
        }
        after = page.next;
        if (after === undefined) break;
      }
      expect(seen).toEqual([...new Set(seen)]);
      expect(seen.filter((name) => !gone.has(name))).toEqual(expected.filter((name) => !gone.has(name)));
    }, 120_000);
  });
}

async function fill(database: CatalogDatabase, choices: Choices, count: number): Promise<ModelRepository[]> {
  const model: ModelRepository[] = [];
  for (let number = 0; number < count; number++) {
    const repository: ModelRepository = { name: randomName(choices, number), manifests: [], updatedAt: 0, pulls: choices.below(4) * 5 };
    model.push(repository);
    const pushes = 1 + choices.below(4);
    for (let n = 0; n < pushes; n++) {
      const { put, manifest } = randomPush(choices, repository);
      await database.transaction((x) => portsOn(x).manifests.put(put));
      repository.manifests.push(manifest);
      repository.updatedAt = put.now;
    }
    await database.x.run("UPDATE repository SET pulls = $2 WHERE name = $1", [repository.name, repository.pulls]);
  }
  return model;
}

type Query = Pick<PackageQuery, "filter" | "sort" | "visible" | "limit">;

async function listAll(x: Executor, query: Query): Promise<string[]> {
  return allPages(query.limit, async (after) => {
    const { rows, next } = await portsOn(x).packages.list({ ...query, after });
    return { names: rows.map(({ name }) => name), next };
  });
}

async function findAll(x: Executor, { filter, sort, visible, limit }: Query, bounds: Bounds): Promise<string[]> {
  return allPages(limit, async (after) => {
    const conditions = await compileFilter(x, filter, visible);
    if (conditions === undefined) return { names: [], next: undefined };
    const { rows, next } = await findMatches(x, conditions, { order: sort, after, limit, bounds });
    return { names: rows.map(({ name }) => name), next };
  });
}

interface NamesPage {
  readonly names: readonly string[];
  readonly next: Position | undefined;
}

async function allPages(limit: number, page: (after: Position | undefined) => Promise<NamesPage>): Promise<string[]> {
  const all: string[] = [];
  let after: Position | undefined;
  for (let pages = 0; pages < 500; pages++) {
    const { names, next } = await page(after);
    expect(names.length).toBeLessThanOrEqual(limit);
    all.push(...names);
    if (next === undefined) return all;
    after = next;
  }
  throw new Error(`the list has no end; so far: ${all.join(" ")}`);
}

function asTuple<T>(values: readonly T[]): readonly [T, ...T[]] {
  const [first, ...rest] = values;
  if (first === undefined) throw new Error("no values");
  return [first, ...rest];
}
