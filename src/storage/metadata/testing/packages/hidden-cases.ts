import { describe, expect, test } from "bun:test";
import { compileFilter } from "../../../sql/catalog/packages/filter.ts";
import { type Bounds, findMatches } from "../../../sql/catalog/packages/matches.ts";
import type { Executor } from "../../../sql/engine/executor.ts";
import type { PackageQuery } from "../../catalog/packages.ts";
import type { Position, Visibility } from "../../records.ts";
import { portsOn } from "../ports-on.ts";
import type { CatalogDatabase } from "./list-cases.ts";
import { type ModelRepository, visibleBy } from "./model.ts";
import { Choices, randomFilter, randomName, randomPush } from "./random.ts";

/** Bounds under which few rows are many, so that small data takes the ways of large data. */
const BOUNDS: readonly Bounds[] = [
  { small: 0, chunk: 3, looks: 4 },
  { small: 8, chunk: 5, looks: 6 },
];

const CALLERS = [visibleBy("team-a/**"), visibleBy("*/api*", "x/*"), visibleBy("**/web*"), visibleBy("team-a/**", "teams/data/*", "*")] as const;
const SORTS = ["name", "updated", "pulls", "semver"] as const;
const TEXTS = ["shop", "api", "data sh", "a", "w", "cart shopping", "1"] as const;

/**
 * Whatever a caller is shown, and how it comes in pages, is the same over a database that has nothing but what he may see.
 */
export function hiddenCases(open: () => Promise<CatalogDatabase>): void {
  describe.each(CALLERS.map((caller) => [String(caller.prefixes), caller] as const))("hidden rows leave no trace, to who sees %p", (_, visible) => {
    test("in lists, counts, facets, searches and places", async () => {
      const [whole, part] = [await open(), await open()];
      const choices = new Choices(visible.prefixes?.length ?? 0);
      await fill(whole, part, visible, choices);
      const both = async <T>(ask: (x: Executor) => Promise<T>, because: unknown): Promise<void> => {
        expect({ because, answer: await ask(whole.x) }).toEqual({ because, answer: await ask(part.x) });
      };
      for (let round = 0; round < 25; round++) {
        const filter = randomFilter(choices);
        const query = { filter, visible, sort: { by: choices.of(SORTS), descending: choices.chance(0.5) }, limit: choices.of([1, 2, 7, 50]) };
        await both((x) => pages((after) => listPage(x, { ...query, after })), query);
        for (const bounds of BOUNDS) await both((x) => pages((after) => matchPage(x, { ...query, after }, bounds)), { query, bounds });
        const most = choices.of([3, 1000]);
        await both((x) => portsOn(x).packages.count(filter, visible, most), filter);
        await both((x) => facetsOf(x, filter, visible), filter);
        const text = choices.of(TEXTS);
        await both((x) => search(x, { ...filter, text }, visible), { ...filter, text });
      }
      for (const limit of [1, 3, 100]) {
        await both((x) => portsOn(x).packages.listNamespaces({ limit, visible }).then(withoutIds), limit);
        await both((x) => portsOn(x).packages.listProjects({ limit, visible }).then(withoutIds), limit);
      }
    }, 120_000);
  });
}

/** The same pushes into both: into the one all, into the other those that are visible. */
async function fill(whole: CatalogDatabase, part: CatalogDatabase, visible: Visibility, choices: Choices): Promise<void> {
  for (let number = 0; number < 70; number++) {
    const repository: ModelRepository = { name: randomName(choices, number), manifests: [], updatedAt: 0, pulls: choices.below(4) * 5 };
    for (let pushes = 1 + choices.below(3); pushes > 0; pushes--) {
      const { put, manifest } = randomPush(choices, repository);
      repository.manifests.push(manifest);
      for (const database of visible.matches(repository.name) ? [whole, part] : [whole]) {
        await database.transaction((x) => portsOn(x).manifests.put(put));
        await database.x.run("UPDATE repository SET pulls = $2 WHERE name = $1", [repository.name, repository.pulls]);
      }
    }
    // What was deleted is hidden as well, from everybody.
    if (choices.chance(0.1)) await whole.x.run("UPDATE repository SET deleted_at = 1 WHERE name = $1", [repository.name]);
    if (visible.matches(repository.name)) {
      const [row] = await whole.x.run<{ deleted_at: number | null }>("SELECT deleted_at FROM repository WHERE name = $1", [repository.name]);
      await part.x.run("UPDATE repository SET deleted_at = $2 WHERE name = $1", [repository.name, row?.deleted_at ?? null]);
    }
  }
}

interface NamesPage {
  readonly names: readonly string[];
  readonly next: Position | undefined;
}

/** What each page holds, to the last. */
async function pages(read: (after: Position | undefined) => Promise<NamesPage>): Promise<NamesPage[]> {
  const all: NamesPage[] = [];
  for (let after: Position | undefined; all.length < 300; ) {
    const page = await read(after);
    all.push(page);
    if (page.next === undefined) return all;
    after = page.next;
  }
  throw new Error("the list has no end");
}

async function listPage(x: Executor, query: PackageQuery): Promise<NamesPage> {
  const { rows, next } = await portsOn(x).packages.list(query);
  return { names: rows.map(({ name }) => name), next };
}

async function matchPage(x: Executor, { filter, visible, sort, after, limit }: PackageQuery, bounds: Bounds): Promise<NamesPage> {
  const conditions = await compileFilter(x, filter, visible);
  if (conditions === undefined) return { names: [], next: undefined };
  const { rows, next } = await findMatches(x, conditions, { order: sort, after, limit, bounds });
  return { names: rows.map(({ name }) => name), next };
}

/** Values that are equally frequent come in any order. */
async function facetsOf(x: Executor, filter: PackageQuery["filter"], visible: Visibility) {
  const { facets, ...counts } = await portsOn(x).packages.facets(filter, visible, 500);
  return { counts, facets: Object.entries(facets).map(([name, values]) => [name, values.map(({ value, count }) => `${count} ${value}`).sort()]) };
}

async function search(x: Executor, filter: PackageQuery["filter"] & { readonly text: string }, visible: Visibility) {
  const { rows, approximate } = await portsOn(x).packages.search(filter, visible, 20);
  return { rows: rows.map(({ name, score }) => [name, score]), approximate };
}

function withoutIds(rows: readonly object[]): unknown[] {
  return rows.map((row) => ({ ...row, id: undefined, createdAt: undefined }));
}
