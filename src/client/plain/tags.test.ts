import { describe, expect, test } from "bun:test";
import { plainTags, plainVersions } from "./tags.ts";
import { MemoryRegistry } from "./testing/memory-registry.ts";

function repositoryOfVersions() {
  const registry = new MemoryRegistry();
  registry.image("app", ["v1.9.0"]);
  registry.image("app", ["v1.10.0", "v1.10", "latest"]);
  registry.image("app", ["v2.0.0-rc.1", "edge"]);
  registry.image("app", ["main-4f5a"]);
  const subject = registry.image("app", ["v1.2.3"], { platform: "linux/arm64" });
  registry.index("app", [subject.digest.replace(":", "-")], []);
  return { registry, repository: registry.open("app") };
}

describe("plainVersions", () => {
  test("versions in their order; floating tags stand for the highest of the same manifest", async () => {
    const { registry, repository } = repositoryOfVersions();
    const answer = await plainVersions(repository, {}, { limit: 10 });
    expect(answer.versions.map(({ tag }) => tag as string)).toEqual(["v1.10.0", "v1.9.0", "v1.2.3"]);
    expect(answer.floating as unknown).toEqual({ latest: "v1.10.0", "v1.10": "v1.10.0", edge: "v2.0.0-rc.1" });
    expect(answer).toMatchObject({ source: "computed", more: false });
    expect(registry.requests.filter((request) => request.startsWith("GET app"))).toEqual([]);
    expect(new Set(registry.requests).size).toBe(registry.requests.length);
  });

  test("of equal versions the last by name comes first, and is what floats", async () => {
    const registry = new MemoryRegistry();
    registry.image("app", ["1.0.0", "v1.0.0", "latest"]);
    const desc = await plainVersions(registry.open("app"), {}, { limit: 10 });
    const asc = await plainVersions(registry.open("app"), { order: "asc" }, { limit: 10 });
    expect([desc, asc].map(({ versions }) => versions.map(({ tag }): string => tag))).toEqual([
      ["v1.0.0", "1.0.0"],
      ["1.0.0", "v1.0.0"],
    ]);
    expect(desc.floating as unknown).toEqual({ latest: "v1.0.0" });
  });

  test("ranges, pre-releases, order, limit", async () => {
    const { repository } = repositoryOfVersions();
    const tags = async (query: Parameters<typeof plainVersions>[1], limit = 10) => {
      const { versions, more } = await plainVersions(repository, query, { limit });
      return [...versions.map(({ tag }) => tag as string), ...(more ? ["…"] : [])];
    };
    expect(await tags({ range: "~1.9" })).toEqual(["v1.9.0"]);
    expect(await tags({ range: ">=2.0.0-0" })).toEqual(["v2.0.0-rc.1"]);
    expect(await tags({ prerelease: true, order: "asc" })).toEqual(["v1.2.3", "v1.9.0", "v1.10.0", "v2.0.0-rc.1"]);
    expect(await tags({ order: "asc" }, 1)).toEqual(["v1.2.3", "…"]);
    expect(await tags({ platform: ["linux/arm64"] })).toEqual(["v1.2.3"]);
    const error = await plainVersions(repository, { range: "one to two" }, { limit: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "invalid" });
  });

  test("what only a server knows is refused by name", async () => {
    const { repository } = repositoryOfVersions();
    const error = await plainVersions(repository, { signed: true }, { limit: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "refused", message: expect.stringContaining("has no package API, which a filter by signed takes") });
  });
});

describe("plainTags", () => {
  test("classes, by what a tag names where its name leaves it open", async () => {
    const { repository } = repositoryOfVersions();
    const { tags } = await plainTags(repository, {}, { limit: 20 });
    const classes = Object.fromEntries(tags.map(({ tag, class: tagClass }) => [tag.slice(0, 7), tagClass] as const));
    expect(classes).toEqual({
      edge: "floating",
      latest: "floating",
      "main-4f": "opaque",
      "sha256-": "referrers",
      "v1.10": "floating",
      "v1.10.0": "semver",
      "v1.2.3": "semver",
      "v1.9.0": "semver",
      "v2.0.0-": "semver",
    });
    const referrers = await plainTags(repository, { class: ["referrers"] }, { limit: 20 });
    expect(referrers.tags).toHaveLength(1);
    const globbed = await plainTags(repository, { name: "v1.1*0*" }, { limit: 20 });
    expect(globbed.tags.map(({ tag }) => tag as string)).toEqual(["v1.10", "v1.10.0"]);
  });
});
