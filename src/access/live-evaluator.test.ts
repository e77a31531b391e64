import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { compileClaims } from "../storage/claims.ts";
import type { DeclaredCatalog, ProjectDefinition, StoredGrant } from "../storage/metadata/catalog/definitions.ts";
import { DEFAULT_POLICIES } from "../storage/metadata/catalog/policies.ts";
import type { Grant } from "./grant.ts";
import { liveEvaluator } from "./live-evaluator.ts";
import { ANONYMOUS, type Principal } from "./principal.ts";

const ALICE: Principal = { name: "alice", anonymous: false, groups: [], scopes: undefined };

function project(path: string, options: Partial<ProjectDefinition> = {}): ProjectDefinition {
  const [namespace = "", name = ""] = path.split("/");
  const nothing = { description: undefined, labels: {}, owner: undefined, policies: DEFAULT_POLICIES, repositories: [] };
  return { namespace, name, ...nothing, visibility: "public", ...options };
}

function declare(projects: readonly ProjectDefinition[], grants: readonly StoredGrant[] = []): DeclaredCatalog {
  return { revision: 1, namespaces: [], projects, repositories: [], grants, types: [] };
}

function evaluate(projects: readonly ProjectDefinition[], grants: readonly StoredGrant[] = [], configured: readonly Grant[] = []) {
  const catalog = declare(projects, grants);
  return liveEvaluator(configured, { current: () => catalog });
}

test("declared grants add to those of the configuration, and change while it runs", () => {
  let catalog = declare([], [{ subjects: ["user:alice"], repositories: "b/**", actions: ["push"] }]);
  const evaluator = liveEvaluator([{ subjects: ["user:alice"], repositories: "a/**", actions: ["pull"] }], { current: () => catalog });
  expect(evaluator.may(ALICE, "pull", "a/x")).toBe(true);
  expect(evaluator.may(ALICE, "push", "b/x")).toBe(true);
  expect(evaluator.may(ANONYMOUS, "push", "b/x")).toBe(false);
  catalog = declare([]);
  expect(evaluator.may(ALICE, "pull", "a/x")).toBe(true);
  expect(evaluator.may(ALICE, "push", "b/x")).toBe(false);
  expect(evaluator.filter(ALICE, "pull").prefixes).toEqual(["a/"]);
});

describe("a public project", () => {
  test.each([
    ["team/shop", "team/shop/cart", "team/shop2/cart"],
    ["team/_", "team/app", "team/app/x"],
    ["library/_", "alpine", "alpine/x/y"],
    ["library/_", "library/alpine", "library/x/y"],
  ])("%s opens %s and not %s", (path, inside, outside) => {
    const evaluator = evaluate([project(path)]);
    expect(evaluator.may(ANONYMOUS, "pull", inside)).toBe(true);
    expect(evaluator.may(ALICE, "pull", inside)).toBe(true);
    expect(evaluator.actions(ANONYMOUS, inside)).toEqual(["pull"]);
    expect(evaluator.may(ANONYMOUS, "pull", outside)).toBe(false);
  });

  test("opens what its globs claim, but for what a private project claims more exactly", () => {
    const evaluator = evaluate([
      project("team/open", { repositories: ["mirror/**"] }),
      project("team/secret", { visibility: "private", repositories: ["mirror/internal/**", "team/open/hidden"] }),
    ]);
    expect(evaluator.may(ANONYMOUS, "pull", "mirror/alpine")).toBe(true);
    expect(evaluator.may(ANONYMOUS, "pull", "team/open/x")).toBe(true);
    expect(evaluator.may(ANONYMOUS, "pull", "mirror/internal/x")).toBe(false);
    expect(evaluator.may(ANONYMOUS, "pull", "team/open/hidden")).toBe(false);
    expect(evaluator.filter(ANONYMOUS, "pull").matches("team/open/hidden")).toBe(false);
  });

  test("gives up what a private project claims as a whole", () => {
    const evaluator = evaluate([project("team/open"), project("team/all", { visibility: "private", repositories: ["**"] })]);
    expect(evaluator.may(ANONYMOUS, "pull", "team/open/x")).toBe(false);
  });

  test("lists say by which texts its names start, and never that all names match", () => {
    expect(evaluate([project("team/open", { repositories: ["x/*"] })]).filter(ANONYMOUS, "pull")).toMatchObject({ all: false, prefixes: ["team/open/", "x/"] });
    expect(evaluate([project("team/open", { repositories: ["**"] })]).filter(ANONYMOUS, "pull")).toMatchObject({ all: false, prefixes: undefined });
    expect(evaluate([project("team/open", { visibility: "private" })]).filter(ANONYMOUS, "pull")).toMatchObject({ all: false, prefixes: [] });
  });

  test("is no more than the repositories that belong to it, whatever the projects", () => {
    const glob = fc.constantFrom("**", "a/**", "a/*", "a/b/**", "*/b", "a/b/c", "b*/**");
    const projects = fc.uniqueArray(
      fc.record({ path: fc.constantFrom("a/b", "a/_", "b/a", "library/_"), open: fc.boolean(), repositories: fc.uniqueArray(glob, { maxLength: 3 }) }),
      { maxLength: 4, selector: ({ path }) => path },
    );
    const name = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(projects, name, (chosen, repository) => {
        const definitions = chosen.map(({ path, open, repositories }) => project(path, { visibility: open ? "public" : "private", repositories }));
        const path = compileClaims(definitions)(repository);
        const owner = definitions.find((definition) => definition.namespace === path.namespace && definition.name === path.project);
        return evaluate(definitions).may(ANONYMOUS, "pull", repository) === (owner?.visibility === "public");
      }),
      { numRuns: 2000 },
    );
  });
});
