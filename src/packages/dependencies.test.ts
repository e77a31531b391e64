import { describe, expect, test } from "bun:test";
import type { Dependency } from "../artifacts/facts.ts";
import { digestOf } from "../oci/digest.ts";
import { parseRepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import { bestMatch, componentBeside, type DependencyMatch, isMet, isRepeated } from "./dependencies.ts";

const chart: Dependency = { kind: "helm-chart", key: "oci:charts/redis", name: "redis" };
const digest = digestOf("redis");

/** What is asked for, in order, of a repository that has `there`. */
async function look(dependency: Dependency, ...there: readonly string[]) {
  const asked: string[] = [];
  const answer = async (name: string): Promise<DependencyMatch | undefined> => {
    asked.push(name);
    return there.includes(name) ? { tag: name as Tag, digest } : undefined;
  };
  const found = await bestMatch(dependency, { byDigest: answer, byTag: answer, highest: (range) => answer(`highest of ${range?.text ?? "all"}`) });
  return { found: found?.tag as string | undefined, asked };
}

describe("what meets a dependency best", () => {
  test("is the digest that is named", async () => {
    expect((await look({ ...chart, digest, requirement: "^1" }, digest, "^1")).asked).toEqual([digest]);
  });
  test("else the very version, with or without v", async () => {
    expect(await look({ ...chart, digest, requirement: "1.2.0" }, "v1.2.0")).toEqual({ found: "v1.2.0", asked: [digest, "1.2.0", "v1.2.0"] });
  });
  test("else the highest of the range", async () => {
    expect((await look({ ...chart, requirement: "^1.2" }, "highest of ^1.2")).found).toBe("highest of ^1.2");
  });
  test("is the latest without a requirement, and nothing for one that is neither there nor a range", async () => {
    expect((await look(chart, "highest of all")).found).toBe("highest of all");
    expect(await look({ ...chart, requirement: "edge" }, "highest of all")).toEqual({ found: undefined, asked: ["edge"] });
  });
});

test.each<[Partial<Dependency>, readonly string[], boolean | null]>([
  [{}, [], true],
  [{ digest }, [], true],
  [{ digest: digestOf("other") }, ["1.0.0"], false],
  [{ requirement: "^1" }, ["main", "1.4.0"], true],
  [{ requirement: "^1" }, ["2.0.0"], false],
  [{ requirement: "^1" }, ["main"], null],
  [{ requirement: "edge" }, ["edge"], true],
  [{ requirement: "edge" }, ["main"], false],
  [{ requirement: "edge" }, [], null],
])("%j is met by %j: %p", (more, tags, expected) => expect(isMet({ ...chart, ...more }, { digest, tags })).toBe(expected));

test("a component is beside another of the same place", () => {
  const beside = (repository: string) => componentBeside(parseRepositoryName(repository), "acme.org/base") as string | undefined;
  expect(beside("a/b/component-descriptors/acme.org/app")).toBe("a/b/component-descriptors/acme.org/base");
  expect(beside("component-descriptors/acme.org/app")).toBe("component-descriptors/acme.org/base");
  expect(beside("a/my-component-descriptors/acme.org/app")).toBeUndefined();
  expect(componentBeside(parseRepositoryName("component-descriptors/acme.org/app"), "No Name")).toBeUndefined();
});

test("what a component's manifest declares is the index's own", () => {
  expect(isRepeated({ kind: "ocm-component", declaredBy: digestOf("manifest") }, digest)).toBe(true);
  expect(isRepeated({ kind: "ocm-component", declaredBy: digest }, digest)).toBe(false);
  expect(isRepeated({ kind: "base-image", declaredBy: digestOf("manifest") }, digest)).toBe(false);
});
