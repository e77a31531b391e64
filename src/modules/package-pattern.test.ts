import { expect, test } from "bun:test";
import { packagePattern } from "./package-pattern.ts";

const place = { root: "/m", from: "/m/a" };

for (const [name, pattern] of [
  [".", "./a"],
  ["..", "."],
  ["./...", "./a/..."],
  ["../b:c", "./b:c"],
  ["/m/b/...", "./b/..."],
  ["/m", "."],
  ["example.com/x@v1:y", "example.com/x@v1:y"],
] as const) {
  test(`'${name}' is ${pattern}`, () => expect(packagePattern(name, place)).toBe(pattern));
}

test("a folder outside of the module is refused", () => {
  for (const name of ["../..", "/n", "../../m2"]) expect(() => packagePattern(name, place)).toThrow("is not in the module");
});
