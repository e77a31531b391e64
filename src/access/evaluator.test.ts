import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { compileGrants } from "./evaluator.ts";
import type { Grant } from "./grant.ts";
import { ACTIONS, ANONYMOUS, type Principal } from "./principal.ts";

const user = (name: string, groups: readonly string[] = [], scopes?: Principal["scopes"]): Principal => ({ name, anonymous: false, groups, scopes });

const GRANTS: readonly Grant[] = [
  { subjects: ["anonymous"], repositories: "public/**", actions: ["pull"] },
  { subjects: ["authenticated"], repositories: "shared/*", actions: ["pull", "push"] },
  { subjects: ["user:ann", "group:leads"], repositories: "team/**", actions: ["admin"] },
  { subjects: ["user:bob"], repositories: "team/app", actions: ["pull"] },
  { subjects: ["user:bob"], repositories: "team/*", actions: ["push"] },
];

describe("compileGrants", () => {
  const evaluator = compileGrants(GRANTS);

  test("what anonymous may, everybody may", () => {
    for (const principal of [ANONYMOUS, user("bob"), user("ann")]) {
      expect(evaluator.actions(principal, "public/x/y")).toEqual(["pull"]);
    }
  });

  test("authenticated leaves anonymous out", () => {
    expect(evaluator.actions(ANONYMOUS, "shared/x")).toEqual([]);
    expect(evaluator.actions(user("zoe"), "shared/x")).toEqual(["pull", "push"]);
  });

  test("admin includes the others, by user and by group", () => {
    expect(evaluator.actions(user("ann"), "team/a/b")).toEqual([...ACTIONS]);
    expect(evaluator.actions(user("zoe", ["leads"]), "team/a/b")).toEqual([...ACTIONS]);
    expect(evaluator.actions(user("leads"), "team/a/b")).toEqual([]);
  });

  test("rights of several grants add up", () => {
    expect(evaluator.actions(user("bob"), "team/app")).toEqual(["pull", "push"]);
    expect(evaluator.actions(user("bob"), "team/other")).toEqual(["push"]);
  });

  test("scopes narrow and never widen", () => {
    const scopes = [
      { repositories: "team/app", actions: ["pull", "push", "delete"] },
      { repositories: "elsewhere", actions: ["admin"] },
    ];
    expect(evaluator.actions(user("ann", [], scopes), "team/app")).toEqual(["pull", "push", "delete"]);
    expect(evaluator.actions(user("ann", [], scopes), "team/other")).toEqual([]);
    expect(evaluator.actions(user("ann", [], scopes), "elsewhere")).toEqual([]);
    expect(evaluator.actions(user("ann", [], []), "team/app")).toEqual([]);
    expect(evaluator.actions(user("ann", [], [{ repositories: "**", actions: ["unheard-of"] }]), "team/app")).toEqual([]);
  });

  test("a user named like a subject is just a user", () => {
    expect(evaluator.actions(user("user:ann"), "team/app")).toEqual([]);
    expect(evaluator.actions(user("x", ["user:ann", "anonymous"]), "team/app")).toEqual([]);
  });
});

describe("filter", () => {
  const evaluator = compileGrants([...GRANTS, { subjects: ["user:root"], repositories: "**", actions: ["admin"] }]);

  test("prefixes are the shortest that cover all", () => {
    expect(evaluator.filter(user("bob"), "pull").prefixes).toEqual(["public/", "shared/", "team/app"]);
    expect(evaluator.filter(user("bob"), "push").prefixes).toEqual(["shared/", "team/"]);
    expect(evaluator.filter(ANONYMOUS, "push").prefixes).toEqual([]);
  });

  test("all only without limits", () => {
    expect(evaluator.filter(user("root"), "pull")).toMatchObject({ all: true, prefixes: undefined });
    const limited = evaluator.filter(user("root", [], [{ repositories: "team/*", actions: ["pull"] }]), "pull");
    expect(limited).toMatchObject({ all: false, prefixes: ["team/"] });
    expect(evaluator.filter(user("root", [], []), "pull").prefixes).toEqual([]);
  });

  test("many prefixes are no restriction", () => {
    const many = Array.from({ length: 40 }, (_, index): Grant => ({ subjects: ["anonymous"], repositories: `r${index}x/*`, actions: ["pull"] }));
    expect(compileGrants(many).filter(ANONYMOUS, "pull").prefixes).toBeUndefined();
  });

  test("agrees with may, and no match is outside of the prefixes", () => {
    const glob = fc.array(fc.constantFrom("a", "b", "*", "**", "/"), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
    const action = fc.constantFrom(...ACTIONS);
    const grant = fc.record({
      subjects: fc.array(fc.constantFrom("anonymous", "authenticated", "user:ann", "group:g"), { minLength: 1, maxLength: 2 }),
      repositories: glob,
      actions: fc.array(action, { minLength: 1, maxLength: 2 }),
    });
    const scopes = fc.option(fc.array(fc.record({ repositories: glob, actions: fc.array(action) }), { maxLength: 3 }), { nil: undefined });
    const name = fc.array(fc.constantFrom("a", "b", "/"), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 4 }), scopes, fc.array(name, { maxLength: 8 }), action, (grants, limits, names, wanted) => {
        const checked = compileGrants(grants);
        const principal = user("ann", ["g"], limits);
        const { all, prefixes, matches } = checked.filter(principal, wanted);
        return names.every((each) => {
          const may = checked.may(principal, wanted, each);
          const within = prefixes === undefined || prefixes.some((prefix) => each.startsWith(prefix));
          return matches(each) === may && (!may || within) && (!all || may);
        });
      }),
      { numRuns: 1000 },
    );
  });
});
