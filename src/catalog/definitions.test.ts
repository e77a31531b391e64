import { describe, expect, test } from "bun:test";
import { createTypeTable } from "../artifacts/type-table.ts";
import { RegistryError } from "../oci/errors.ts";
import { canonicalGrants, toGrants, toProject, toRepository, toType } from "./definitions.ts";

const TYPES = createTypeTable();

function problem(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof RegistryError && error.status === 400) return error.message;
    throw error;
  }
  throw new Error("expected a refusal");
}

test("what is absent gets its default, and lists their order", () => {
  expect(toProject("team", "shop", { repositories: ["b/**", "a/*", "b/**"], policies: { versions: "enforce" }, labels: { b: "2", a: "1" } })).toEqual({
    namespace: "team",
    name: "shop",
    description: undefined,
    labels: { a: "1", b: "2" },
    owner: undefined,
    visibility: "private",
    policies: { types: "warn", versions: "enforce", dependents: "warn" },
    repositories: ["a/*", "b/**"],
  });
  expect(toRepository("team/app", { contentType: "Application/X", description: "" })).toMatchObject({ contentType: "application/x", description: undefined });
});

test("grants that mean the same are the same", () => {
  const one = { subjects: ["user:b", "user:a", "user:b"], repositories: "x/**", actions: ["push" as const, "pull" as const] };
  const other = { subjects: ["user:a", "user:b"], repositories: "x/**", actions: ["pull" as const, "push" as const] };
  const more = { subjects: ["anonymous"], repositories: "a/**", actions: ["pull" as const] };
  expect(toGrants([one, more, other])).toEqual([more, other]);
  expect(canonicalGrants([other, more])).toEqual(toGrants([more, one]));
});

describe("refused", () => {
  test("globs that match nothing", () => {
    expect(problem(() => toProject("team", "shop", { repositories: ["a//b"] }))).toStartWith("project team/shop: 'a//b': ");
    expect(problem(() => toGrants([{ subjects: ["anonymous"], repositories: "/a", actions: ["pull"] }]))).toStartWith("grant: '/a': ");
  });

  test("new types against the naming rules, and no type that tools write", () => {
    expect(problem(() => toType({ type: "text/plain", rule: "known" }, TYPES))).toStartWith("type text/plain: ");
    expect(problem(() => toType({ type: "a b", rule: "allow" }, TYPES))).toStartWith("type a b: ");
    expect(toType({ type: "application/vnd.in-toto+json", rule: "known", title: "Attestation" }, TYPES).type).toBe("application/vnd.in-toto+json");
    expect(toType({ type: "application/VND.Bad.*", rule: "deny" }, TYPES)).toEqual({
      type: "application/vnd.bad.*",
      rule: "deny",
      title: undefined,
      definition: {},
    });
  });
});
