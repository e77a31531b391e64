import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ProjectDefinition } from "../storage/metadata/catalog/definitions.ts";
import { DEFAULT_POLICIES } from "../storage/metadata/catalog/policies.ts";
import { explainRights } from "./explain-rights.ts";
import type { Grant } from "./grant.ts";
import { liveEvaluator } from "./live-evaluator.ts";
import { ACTIONS, ANONYMOUS, type Principal } from "./principal.ts";

const ANN: Principal = { name: "ann", anonymous: false, groups: ["dev"], scopes: undefined };

function project(path: string, visibility: "public" | "private", repositories: readonly string[] = []): ProjectDefinition {
  const [namespace = "", name = ""] = path.split("/");
  return { namespace, name, description: undefined, labels: {}, owner: undefined, policies: DEFAULT_POLICIES, repositories, visibility };
}

const CONFIGURED: readonly Grant[] = [
  { subjects: ["group:dev", "user:bob"], repositories: "team/**", actions: ["push", "pull"] },
  { subjects: ["user:bob"], repositories: "**", actions: ["admin"] },
];

describe("why somebody may do something", () => {
  test("names the grant, the subjects that fit and where it comes from", () => {
    const declared = { grants: [{ subjects: ["authenticated"], repositories: "team/app", actions: ["delete"] }], projects: [project("team/open", "public")] };
    const sources = { configured: CONFIGURED, declared };
    const granted = { source: "configuration", subjects: ["group:dev"], repositories: "team/**", actions: ["pull", "push"] } as const;
    const deletion = { source: "declared", subjects: ["authenticated"], repositories: "team/app", actions: ["delete"] } as const;
    const open = { source: "public-project", subjects: ["anonymous"], repositories: "team/open/**", actions: ["pull"], project: "team/open" } as const;
    expect(explainRights(sources, ANN, "team/app")).toEqual([granted, deletion]);
    expect(explainRights(sources, ANN, "team/open/x")).toEqual([granted, open]);
    expect(explainRights(sources, ANN, undefined)).toEqual([granted, deletion, open]);
    expect(explainRights(sources, ANONYMOUS, "team/open/x")).toEqual([open]);
    expect(explainRights(sources, ANN, "other/x")).toEqual([]);
  });

  test("an open registry says that it is open", () => {
    const sources = { configured: undefined, declared: { grants: [], projects: [] } };
    expect(explainRights(sources, ANONYMOUS, "any/thing")).toMatchObject([{ source: "open", actions: ["pull", "push", "delete"] }]);
  });

  test("comes to what the evaluator allows, whatever is granted, declared and public", () => {
    const part = fc.constantFrom("a", "b", "c");
    const glob = fc.constantFrom("**", "a/**", "a/*", "*/b", "**/c", "a/b/c", "b/**");
    const grant = fc.record({
      subjects: fc.subarray(["anonymous", "authenticated", "user:ann", "group:dev", "user:bob"], { minLength: 1 }),
      repositories: glob,
      actions: fc.subarray([...ACTIONS], { minLength: 1 }),
    });
    const visibility = fc.constantFrom("public" as const, "private" as const);
    const projects = fc.uniqueArray(fc.tuple(part, part, visibility, fc.subarray(["a/b/**", "c/*", "b/**"])), {
      selector: ([n, p]) => `${n}/${p}`,
      maxLength: 3,
    });
    const repository = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const caller = fc.constantFrom(ANN, ANONYMOUS);
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 3 }), fc.array(grant, { maxLength: 2 }), projects, repository, caller, (configured, grants, rows, name, who) => {
        const declared = { grants, projects: rows.map(([namespace, own, visible, globs]) => project(`${namespace}/${own}`, visible, globs)) };
        const catalog = { revision: 1, namespaces: [], repositories: [], types: [], ...declared };
        const allowed = liveEvaluator(configured, { current: () => catalog }).actions(who, name);
        const named = new Set(explainRights({ configured, declared }, who, name).flatMap(({ actions }) => actions));
        const explained = named.has("admin") ? ACTIONS : ACTIONS.filter((action) => named.has(action));
        expect([...allowed].sort()).toEqual([...explained].sort());
      }),
      { numRuns: 2000 },
    );
  });
});
