import { expect, test } from "bun:test";
import { projectPathOf } from "./project-path.ts";

test.each([
  ["alpine", "library", "_"],
  ["team/app", "team", "_"],
  ["team/shop/cart", "team", "shop"],
  ["team/shop/cart/db", "team", "shop"],
])("%s belongs to %s/%s by its segments", (name, namespace, project) => {
  expect(projectPathOf(name)).toEqual({ namespace, project });
});
