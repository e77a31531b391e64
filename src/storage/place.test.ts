import { describe, expect, test } from "bun:test";
import { compilePlaces, placeBySegments } from "./place.ts";

test.each([
  ["alpine", "library", "_"],
  ["team/app", "team", "_"],
  ["team/shop/cart", "team", "shop"],
  ["team/shop/cart/db", "team", "shop"],
])("%s belongs to %s/%s by its segments", (name, namespace, project) => {
  expect(placeBySegments(name)).toEqual({ namespace, project });
});

describe("claims", () => {
  const placeOf = compilePlaces([
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
    expect(compilePlaces([{ namespace: "a", name: "b", repositories: ["x/*"] }])("x/y/z")).toEqual({ namespace: "x", project: "y" });
  });

  test("equal claims do not depend on the order of the projects", () => {
    const claims = [
      { namespace: "b", name: "p", repositories: ["x/**"] },
      { namespace: "a", name: "q", repositories: ["x/**"] },
    ];
    for (const order of [claims, claims.toReversed()]) expect(compilePlaces(order)("x/y")).toEqual({ namespace: "a", project: "q" });
  });
});
