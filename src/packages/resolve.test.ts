import { describe, expect, test } from "bun:test";
import { resolve, unresolved, type Wanted } from "./resolve.ts";

/** What is asked for, in order, where the names of `there` are found. */
async function steps(wanted: Wanted, ...there: readonly string[]) {
  const asked: string[] = [];
  const look = async (name: string) => {
    asked.push(name);
    return there.includes(name) ? name : undefined;
  };
  const found = await resolve(wanted, { byTag: look, byVersion: ({ prerelease }) => look(prerelease === true ? "pre-release" : "version") });
  return { found, asked };
}

describe("resolve", () => {
  test("a tag, and nothing else", async () => {
    expect(await steps({ tag: "edge" }, "version", "latest")).toEqual({ found: undefined, asked: ["edge"] });
    expect(await steps({ tag: "no tag" }, "no tag")).toEqual({ found: undefined, asked: [] });
  });
  test("a range, and nothing else", async () => {
    expect(await steps({ range: "^1" }, "latest")).toEqual({ found: undefined, asked: ["version"] });
  });
  test("without either the latest version, else latest, else a pre-release", async () => {
    expect(await steps({}, "version", "latest", "pre-release")).toEqual({ found: "version", asked: ["version"] });
    expect((await steps({}, "latest", "pre-release")).found).toBe("latest");
    expect((await steps({}, "pre-release")).asked).toEqual(["version", "latest", "pre-release"]);
  });
});

describe("what nothing was found for is said", () => {
  const best = { tag: "1.1.0", version: true };
  const where = "registry.test/app";
  test.each<[Wanted, Partial<Parameters<typeof unresolved>[1]>, string]>([
    [{ range: "^3", platform: "linux/arm64" }, {}, "registry.test/app has no version in ^3 for linux/arm64; its latest version is 1.1.0"],
    [{ tag: "edge" }, {}, "registry.test/app has no tag edge; its latest version is 1.1.0"],
    [
      { tag: "1.1.0", platform: "linux/arm64" },
      {},
      "registry.test/app has the tag 1.1.0, but not for linux/arm64: its manifest tells what there is, or name another tag",
    ],
    [{ type: ["a/b", "c/d"] }, {}, "registry.test/app has no version and no tag latest of type a/b or c/d; its latest version is 1.1.0"],
    [{}, { best: { tag: "main", version: false } }, "registry.test/app has no version and no tag latest; name a tag, e.g. main"],
    [{ range: "1" }, { best: { tag: "main", version: false } }, "registry.test/app has no version in 1; it has e.g. the tag main"],
    [{ range: "1" }, { best: undefined }, "registry.test/app has no version in 1; it has no tags"],
    [
      { range: "^1", platform: "linux/arm64" },
      { looked: 1000 },
      "looked at the 1000 highest versions of registry.test/app, and none is in ^1 for linux/arm64: narrow it down with a range or a tag",
    ],
  ])("%j", (wanted, more, expected) => expect(unresolved(wanted, { where, best, looked: undefined, ...more })).toBe(expected));
});
