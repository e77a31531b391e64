import { expect, test } from "bun:test";
import { openFixture } from "../access/testing/fixture.ts";
import { hasRight, namespaceNames, projectNames, requireRight } from "./rights.ts";

const ANN = { name: "ann", anonymous: false, groups: [], scopes: undefined };

const grant = (repositories: string) => [{ subjects: ["user:ann"], repositories, actions: ["admin" as const] }];

test.each([
  ["team/**", true, true, true],
  ["team/*", true, false, true],
  ["team/shop/**", false, true, false],
  ["team/shop/*", false, false, false],
  ["teams/**", false, false, false],
  ["**", true, true, true],
])("admin on %s: the namespace %p, its project shop %p, its project _ %p", async (repositories, namespace, shop, rest) => {
  const fixture = await openFixture(grant(repositories));
  try {
    const may = (names: readonly string[]) => hasRight(fixture.access, ANN, "admin", names);
    expect([may(namespaceNames("team")), may(projectNames("team", "shop")), may(projectNames("team", "_"))]).toEqual([namespace, shop, rest]);
  } finally {
    await fixture.close();
  }
});

test("library/_ is about short names, too", async () => {
  const fixture = await openFixture(grant("library/**"));
  try {
    expect(hasRight(fixture.access, ANN, "admin", projectNames("library", "_"))).toBe(false);
    expect(() => requireRight(fixture.access, ANN, { action: "admin", on: projectNames("library", "_"), what: "the project library/_" })).toThrow(
      "ann may not change the project library/_: it takes a grant of admin on * and library/**",
    );
  } finally {
    await fixture.close();
  }
});

test("the grant that would do is named once", async () => {
  const fixture = await openFixture(grant("other/**"));
  try {
    expect(() => requireRight(fixture.access, ANN, { action: "admin", on: projectNames("team", "shop"), what: "the project team/shop" })).toThrow(
      /on team\/shop\/\*\*$/,
    );
  } finally {
    await fixture.close();
  }
});

test("in open mode everybody may", async () => {
  const fixture = await openFixture(undefined);
  try {
    expect(hasRight(fixture.access, ANN, "admin", ["_"])).toBe(true);
  } finally {
    await fixture.close();
  }
});
