import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { processorTime } from "../../test/support/processor-time.ts";
import { RegistryError } from "./errors.ts";
import { isRepositoryName, NAME_LIMIT, parseRepositoryName } from "./name.ts";

const alphanumeric = fc.stringMatching(/^[a-z0-9]{1,5}$/);
const separator = fc.oneof(fc.constantFrom(".", "_", "__"), fc.stringMatching(/^-{1,4}$/));
const component = fc.tuple(alphanumeric, fc.array(fc.tuple(separator, alphanumeric), { maxLength: 3 })).map(([first, rest]) => first + rest.flat().join(""));
const names = fc.array(component, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));

describe("parseRepositoryName", () => {
  test.each(["a", "0", "library/alpine", "a/b/c/d/e", "a.b", "a_b", "a__b", "a-b", "a---b", "1/2", "a.b-c__d/e_f", "x".repeat(NAME_LIMIT)])(
    "takes %j",
    (name) => {
      expect<string>(parseRepositoryName(name)).toBe(name);
    },
  );

  test.each([
    "",
    "/",
    "a/",
    "/a",
    "a//b",
    "A",
    "library/Alpine",
    ".a",
    "a.",
    "_a",
    "a_",
    "-a",
    "a-",
    "a..b",
    "a___b",
    "a._b",
    "a.-b",
    "..",
    "../a",
    "a/../b",
    "a/./b",
    "a b",
    "a\n",
    "a\u0000b",
    "ä",
    "a:b",
    "a@b",
    "a%2fb",
    "a\\b",
    "x".repeat(NAME_LIMIT + 1),
  ])("refuses %j", (name) => {
    expect(isRepositoryName(name)).toBe(false);
    expect(() => parseRepositoryName(name)).toThrow(expect.objectContaining({ code: "NAME_INVALID", status: 400 }));
  });

  test("takes whatever the grammar makes, within the limit", () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(isRepositoryName(name)).toBe(name.length <= NAME_LIMIT);
      }),
    );
  });

  test("takes nothing that could leave a folder, and throws nothing but RegistryError", () => {
    const texts = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[a-zA-Z0-9._/-]{0,40}$/), names);
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const name = parseRepositoryName(text);
          expect<string>(name).toBe(text);
          for (const part of name.split("/")) expect(part).toMatch(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/);
          expect(name).not.toContain("..");
        } catch (error) {
          if (!(error instanceof RegistryError)) throw error;
          expect(error.code).toBe("NAME_INVALID");
        }
      }),
    );
  });

  test("does not take time that grows with the square of the length", async () => {
    const spent = await processorTime(() => {
      for (const unit of ["a-", "a.", "a_", "a/", "-", "a"]) isRepositoryName(`${unit.repeat(100_000)}!`);
      for (const unit of ["a-", "-", "a"]) isRepositoryName(`${unit.repeat(127)}!`);
    });
    expect(spent).toBeLessThan(1000);
  });
});
