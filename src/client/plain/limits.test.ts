import { expect, test } from "bun:test";
import { plainInspect } from "./inspect.ts";
import { plainResolve } from "./resolve.ts";
import { plainTags, plainVersions } from "./tags.ts";
import { MemoryRegistry } from "./testing/memory-registry.ts";

/** A registry with so many versions `1.<n>.0`, the lowest of them for linux/arm64. */
function many(count: number, arm64 = 0): MemoryRegistry {
  const registry = new MemoryRegistry();
  for (let at = 0; at < count; at++)
    registry.image("app", [`1.${at}.0`, ...(at === 3 ? ["lts"] : [])], { platform: at < arm64 ? "linux/arm64" : "linux/amd64" });
  return registry;
}

const page = { limit: 5 };

test("a tag that stands for an old version is found, and old versions are asked for such tags only", async () => {
  const registry = many(120);
  expect((await plainVersions(registry.open("app"), {}, page)).floating as unknown).toEqual({ lts: "1.3.0" });
  const builds = many(120);
  builds.image("app", ["main"]);
  builds.image("app", ["lts"], { platform: "linux/amd64" });
  expect(builds.notes).toEqual([]);
  const nightly = new MemoryRegistry();
  for (let at = 0; at < 120; at++) nightly.image("app", [`1.${at}.0`]);
  nightly.image("app", ["nightly"]);
  expect((await plainVersions(nightly.open("app"), {}, page)).floating as unknown).toEqual({ nightly: null });
  expect(nightly.requests.filter((request) => request.startsWith("HEAD")).length).toBeLessThan(60);
  expect(nightly.notes).toEqual(["nightly of registry.test/app: compared with 50 of 120 versions, the highest"]);
});

test("what stands for no version is said to once all were compared, and what was compared where they were not", async () => {
  const registry = many(120);
  registry.image("app", ["stable"]);
  expect((await plainVersions(registry.open("app"), {}, page)).floating as unknown).toEqual({ lts: "1.3.0", stable: null });
  expect(registry.notes).toEqual([]);
  const more = many(1200);
  more.image("app", ["stable"]);
  await plainVersions(more.open("app"), {}, page);
  expect(more.notes).toEqual(["lts, stable of registry.test/app: compared with 1050 of 1200 versions, the highest"]);
});

test("a platform that old versions have only is found", async () => {
  const registry = many(600, 21);
  expect((await plainResolve(registry.open("app"), { range: "^1", platform: "linux/arm64" })).tag as string).toBe("1.20.0");
  await expect(plainResolve(registry.open("app"), { range: "^1", platform: "linux/s390x" })).rejects.toMatchObject({
    message: "registry.test/app has no version in ^1 for linux/s390x; its latest version is 1.599.0",
  });
});

test("where not all were read, no sentence says that there is none", async () => {
  const registry = many(1100, 21);
  await expect(plainResolve(registry.open("app"), { range: "^1", platform: "linux/arm64" })).rejects.toMatchObject({
    kind: "not-found",
    message: "looked at the 1000 highest versions of registry.test/app, and none is in ^1 for linux/arm64: narrow it down with a range or a tag",
  });
  const { more } = await plainTags(registry.open("app"), { platform: ["linux/s390x"] }, page);
  expect([more, registry.notes]).toEqual([true, ["512 of the 1101 tags of registry.test/app were looked at"]]);
});

test("tags of content are looked for among floating tags and the highest versions first, and said to be some of them", async () => {
  const registry = many(400);
  registry.image(
    "app",
    Array.from({ length: 300 }, (_, at) => `0commit-${at}`),
  );
  const latest = registry.image("app", ["9.0.0", "latest", "9"]);
  expect((await plainInspect(registry.open("app"), latest.digest)).tags as unknown[]).toEqual(["9", "9.0.0", "latest"]);
  expect(registry.notes).toEqual(["300 of the 704 tags of registry.test/app were looked at: content may have more tags than are shown"]);
  const few = many(150);
  const old = few.image("app", ["1.3.0", "zz"]);
  expect((await plainInspect(few.open("app"), old.digest)).tags as unknown[]).toEqual(["1.3.0", "zz"]);
  expect(few.notes).toEqual([]);
});
