import { expect, test } from "bun:test";
import { newestFirst } from "../module-version.ts";
import { newerVersions } from "./newer-versions.ts";

const VERSIONS = newestFirst(["v1.0.0", "v1.0.9", "v1.0.10", "v1.1.0-rc.1", "v1.2.0", "v1.2.1", "v1.3.0-a", "v2.0.0", "v2.1.0", "v10.0.0", "v11.0.0-x"]);
const of = (version: string, pre = false) => newerVersions({ path: `m.test/a@${version.split(".")[0]}`, version }, VERSIONS, { pre });

test("the newest of each kind", () => {
  expect(of("v1.0.0")).toEqual({ patch: "v1.0.10", minor: "v1.2.1", major: { path: "m.test/a@v10", version: "v10.0.0" } });
  expect(of("v1.2.0")).toEqual({ patch: "v1.2.1", minor: undefined, major: { path: "m.test/a@v10", version: "v10.0.0" } });
  expect(of("v10.0.0")).toEqual({ patch: undefined, minor: undefined, major: undefined });
});

test("pre-releases where they are wanted, or one is in use", () => {
  expect(of("v1.2.1", true)).toEqual({ patch: undefined, minor: "v1.3.0-a", major: { path: "m.test/a@v11", version: "v11.0.0-x" } });
  expect(of("v1.1.0-rc.1")).toMatchObject({ minor: "v1.3.0-a" });
  expect(newerVersions({ path: "m.test/a@v1", version: "v1.2.0-rc.1" }, ["v1.2.0", "v1.2.0-rc.1"], { pre: false })).toMatchObject({ patch: "v1.2.0" });
});

test("a version that is not published any more is compared all the same", () => {
  expect(of("v1.1.5")).toMatchObject({ patch: undefined, minor: "v1.2.1" });
});
