import { describe, expect, test } from "bun:test";
import { parseRepositoryName } from "../../oci/name.ts";
import { parseTag } from "../../oci/tag.ts";
import { versionKey } from "../../oci/version.ts";
import { parseRange } from "../../oci/version-range.ts";
import type { TagQuery, TagRow, TagStore } from "../../storage/metadata/tags.ts";
import { fakePort } from "../../storage/metadata/testing/fake-port.ts";
import { scanVersions, type VersionQuestion } from "./scan-versions.ts";

const NAME = parseRepositoryName("team/app");

/** A repository with these versions, which counts how often and how much it is read. */
function repositoryOf(versions: readonly string[]) {
  const rows = versions
    .map((version) => ({ tag: parseTag(version), version, prerelease: version.includes("-") }) as TagRow)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1));
  const read = { pages: 0, rows: 0 };
  async function listRows({ filter, after, limit }: TagQuery) {
    const suited = rows.filter((row) => (filter.prereleases !== false || !row.tag.includes("-")) && (after === undefined || keyOf(row) < String(after.key)));
    const page = suited.slice(0, limit);
    const last = page.at(-1);
    read.pages += 1;
    read.rows += page.length;
    return { rows: page, next: suited.length > limit && last !== undefined ? { key: keyOf(last), name: last.tag } : undefined };
  }
  const tags = fakePort<TagStore>({ listRows });
  const scan = (more: Partial<VersionQuestion>) =>
    scanVersions(tags, { repository: NAME, filter: {}, range: undefined, prereleases: undefined, descending: true, limit: 100, ...more });
  return { read, scan };
}

const keyOf = ({ version = "" }: TagRow): string => versionKey(version);
const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => `1.${at}.0`);

describe("versions of a range", () => {
  test("the first that suits takes few rows, however many there are", async () => {
    const { scan, read } = repositoryOf(numbers(5000));
    const page = await scan({ range: parseRange("^1"), limit: 1, firstOnly: true });
    expect([page?.rows.map(({ tag }): string => tag), read]).toEqual([["1.4999.0"], { pages: 1, rows: 2 }]);
  });

  test("when none suits, the look at rows is bounded, and goes on where it ended", async () => {
    const { scan, read } = repositoryOf(numbers(5000));
    const page = await scan({ suits: () => false });
    expect([page?.rows, page?.next !== undefined]).toEqual([[], true]);
    expect(read.rows).toBeLessThanOrEqual(2100);
    const found = [];
    for (let after = page?.next; after !== undefined; ) {
      const next = await scan({ after, suits: ({ tag }) => tag === "1.7.0" });
      found.push(...(next?.rows ?? []));
      after = next?.next;
    }
    expect(found.map(({ tag }): string => tag)).toEqual(["1.7.0"]);
  });

  test("a page has no more rows than wanted, and no row comes twice", async () => {
    const { scan } = repositoryOf(numbers(50));
    const odd = ({ tag }: TagRow) => Number(tag.split(".")[1]) % 2 === 1;
    const tags: string[] = [];
    let page = await scan({ limit: 4, suits: odd });
    for (;;) {
      expect(page?.rows.length ?? 0).toBeLessThanOrEqual(4);
      tags.push(...(page?.rows ?? []).map(({ tag }) => tag));
      if (page?.next === undefined) break;
      page = await scan({ limit: 4, suits: odd, after: page.next });
    }
    expect(tags).toEqual(
      numbers(50)
        .filter((_, at) => at % 2 === 1)
        .reverse(),
    );
  });

  test.each([
    [undefined, undefined, ["1.0.0"]],
    [undefined, true, ["2.0.0-rc.1", "1.0.0"]],
    [">=1", undefined, ["1.0.0"]],
    [">=1", true, ["2.0.0-rc.1", "1.0.0"]],
    [">=2.0.0-beta <3", undefined, ["2.0.0-rc.1"]],
    ["1.x", true, ["1.0.0"]],
  ] as const)("range %p with prereleases %p", async (range, prereleases, expected) => {
    const page = await repositoryOf(["1.0.0", "2.0.0-rc.1"]).scan({ range: range === undefined ? undefined : parseRange(range), prereleases });
    expect(page?.rows.map(({ tag }): string => tag)).toEqual([...expected]);
  });
});
