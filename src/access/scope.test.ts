import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RegistryError } from "../oci/errors.ts";
import { parseScopes, scopeFor } from "./scope.ts";

describe("parseScopes", () => {
  test("repeated, separated by spaces, empty", () => {
    expect(parseScopes([])).toEqual([]);
    expect(parseScopes(["", " "])).toEqual([]);
    expect(parseScopes(["repository:a/b:pull repository:c:push,pull", "registry:catalog:*"]) as unknown[]).toEqual([
      { type: "repository", name: "a/b", actions: ["pull"] },
      { type: "repository", name: "c", actions: ["push", "pull"] },
      { type: "registry", name: "catalog" },
    ]);
    expect(parseScopes(["registry:administration:* registry:account:*"]) as unknown[]).toEqual([
      { type: "registry", name: "administration" },
      { type: "registry", name: "account" },
    ]);
  });

  test("a class of the resource, no actions, unknown types", () => {
    expect(parseScopes(["repository(plugin):a:pull", "repository:a:", "registry:catalog:pull", "secret:x:*", "registry:other:*"]) as unknown[]).toEqual([
      { type: "repository", name: "a", actions: ["pull"] },
      { type: "repository", name: "a", actions: [] },
      { type: "other" },
      { type: "other" },
      { type: "other" },
    ]);
  });

  test.each([
    "repository",
    "repository:a",
    ":a:pull",
    "repository::pull",
    "repository:a:pull,,push",
    "repository:a:PULL",
    "a\tb:c:d",
    `repository:${"a".repeat(2000)}:pull`,
  ])("malformed: %#", (scope) => {
    expect(() => parseScopes([scope])).toThrow(expect.objectContaining({ code: "SCOPE_INVALID", status: 400 }));
  });

  test.each(["repository:A:pull", "repository:../x:pull", "repository:a//b:pull", "repository:host:5000/a:pull", "repository:a/**:pull"])(
    "no repository: %s",
    (scope) => {
      expect(() => parseScopes([scope])).toThrow(expect.objectContaining({ code: "NAME_INVALID", status: 400 }));
    },
  );

  test("too many", () => {
    expect(() => parseScopes(["repository:a:pull ".repeat(101)])).toThrow(/at most 100/);
  });

  test("reads back what it is written as", () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8}){0,2}$/);
    const action = fc.constantFrom("pull", "push", "delete", "admin") as fc.Arbitrary<"pull" | "push" | "delete" | "admin">;
    fc.assert(
      fc.property(name, action, (repository, wanted) => {
        const [scope] = parseScopes([scopeFor(wanted, repository)]);
        return scope?.type === "repository" && scope.name === repository && (scope.actions.includes(wanted) || scope.actions.includes("*"));
      }),
    );
  });

  test("any text gives scopes or a refusal of 400, quickly", () => {
    const part = fc.constantFrom("repository", "registry", "catalog", ":", "(", ")", ",", "*", "pull", "a", "/", " ", "é", "A");
    const text = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(fc.array(text), (values) => {
        try {
          return Array.isArray(parseScopes(values));
        } catch (error) {
          return error instanceof RegistryError && error.status === 400;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
