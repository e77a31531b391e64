import { describe, expect, test } from "bun:test";
import { compileClaims } from "./claims.ts";

describe("claims", () => {
  const placeOf = compileClaims([
    { namespace: "a", name: "all", repositories: ["**"] },
    { namespace: "a", name: "wide", repositories: ["team/**"] },
    { namespace: "a", name: "narrow", repositories: ["team/shop/*", "exact/name"] },
    { namespace: "b", name: "late", repositories: ["team/shop/*x"] },
  ]);

  test.each([
    ["other/thing", "a/all"],
    ["team/app", "a/wide"],
    ["team/shop/cart", "a/narrow"],
    ["team/shop/cart/db", "a/wide"],
    ["exact/name", "a/narrow"],
    ["team/shop/box", "b/late"],
  ])("%s belongs to %s", (name, expected) => {
    const { namespace, project } = placeOf(name);
    expect(`${namespace}/${project}`).toBe(expected);
  });

  test("without a claim the segments decide", () => {
    expect(compileClaims([{ namespace: "a", name: "b", repositories: ["x/*"] }])("x/y/z")).toEqual({ namespace: "x", project: "y" });
  });

  test("equal claims do not depend on the order of the projects", () => {
    const claims = [
      { namespace: "b", name: "p", repositories: ["x/**"] },
      { namespace: "a", name: "q", repositories: ["x/**"] },
    ];
    for (const order of [claims, claims.toReversed()]) expect(compileClaims(order)("x/y")).toEqual({ namespace: "a", project: "q" });
  });
});
