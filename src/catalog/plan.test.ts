import { expect, test } from "bun:test";
import fc from "fast-check";
import { type CatalogFile, catalogFile } from "../api/administration.ts";
import { createTypeTable } from "../artifacts/type-table.ts";
import type { CatalogChange, DeclaredCatalog } from "../storage/metadata/catalog/definitions.ts";
import { declarationsOf, projectKey, storedDeclarations, typeKey } from "./declarations.ts";
import { toFile } from "./export.ts";
import { planChanges } from "./plan.ts";

const TYPES = createTypeTable();

/** What a store makes of changes, in memory. */
function change(before: DeclaredCatalog, changes: readonly CatalogChange[]): DeclaredCatalog {
  const namespaces = new Map(before.namespaces.map((one) => [one.name, one]));
  const projects = new Map(before.projects.map((one) => [projectKey(one), one]));
  const repositories = new Map<string, DeclaredCatalog["repositories"][number]>(before.repositories.map((one) => [one.name, one]));
  const types = new Map(before.types.map((one) => [typeKey(one), one]));
  let { grants } = before;
  for (const step of changes) {
    if (step.kind === "put-namespace") namespaces.set(step.namespace.name, step.namespace);
    else if (step.kind === "put-project") projects.set(projectKey(step.project), step.project);
    else if (step.kind === "put-repository") repositories.set(step.repository.name, step.repository);
    else if (step.kind === "put-type") types.set(typeKey(step.type), step.type);
    else if (step.kind === "set-grants") grants = step.grants;
    else if (step.kind === "undeclare-namespace") namespaces.delete(step.name);
    else if (step.kind === "undeclare-project") projects.delete(projectKey(step));
    else if (step.kind === "undeclare-repository") repositories.delete(step.name);
    else if (step.kind === "delete-type") types.delete(typeKey(step));
    else throw new Error(`a plan has no step ${step.kind}`);
  }
  const values = {
    namespaces: [...namespaces.values()],
    projects: [...projects.values()],
    repositories: [...repositories.values()],
    types: [...types.values()],
  };
  return { ...values, revision: before.revision + 1, grants };
}

const EMPTY: DeclaredCatalog = { revision: 0, namespaces: [], projects: [], repositories: [], grants: [], types: [] };

function apply(before: DeclaredCatalog, file: CatalogFile, prune: boolean): DeclaredCatalog {
  return change(before, planChanges(storedDeclarations(before), declarationsOf(file, TYPES), prune).changes);
}

const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const text = fc.constantFrom("", "a", "some text", "é");
const described = {
  description: some(text),
  labels: some(fc.dictionary(fc.constantFrom("a", "b", "c"), text, { maxKeys: 2 })),
  owner: some(fc.constantFrom("user:ann", "group:team")),
};
const level = some(fc.constantFrom("off" as const, "warn" as const, "enforce" as const));
const place = fc.constantFrom("team", "a", "b");
const project = (index: number) =>
  fc.record({
    ...described,
    visibility: some(fc.constantFrom("private" as const, "public" as const)),
    policies: some(fc.record({ types: level, versions: level, dependents: level })),
    repositories: some(fc.uniqueArray(fc.constantFrom("x", "y/*", "z/**").map((glob) => `n${index}/${glob}`))),
  });
const namespace = (index: number) =>
  fc.record({ ...described, projects: some(fc.record({ _: some(project(index * 2)), shop: some(project(index * 2 + 1)) })) });
const file = fc
  .record({
    version: fc.constant(1 as const),
    namespaces: some(fc.record({ team: some(namespace(0)), other: some(namespace(1)) })),
    repositories: some(
      fc.dictionary(
        place.map((name) => `${name}/app`),
        fc.record({ ...described, contentType: some(fc.constant("application/x")) }),
        { maxKeys: 2 },
      ),
    ),
    grants: some(
      fc.array(
        fc.record({
          subjects: fc.array(fc.constantFrom("anonymous", "user:ann"), { minLength: 1, maxLength: 3 }),
          repositories: fc.constantFrom("**", "a/*"),
          actions: fc.array(fc.constantFrom("pull" as const, "push" as const), { minLength: 1, maxLength: 3 }),
        }),
        { maxLength: 3 },
      ),
    ),
    types: some(
      fc.array(
        fc.record({
          type: fc.constantFrom("application/vnd.example.a.v1", "application/vnd.example.b.v1"),
          rule: fc.constantFrom("known" as const, "allow" as const, "deny" as const),
          title: some(text),
        }),
        { maxLength: 3 },
      ),
    ),
  })
  // As it comes over the wire: absent fields are absent.
  .map((value) => catalogFile.parse(JSON.parse(JSON.stringify(value))));

test("a plan leads to what the file says, whatever was before; then there is nothing to do", () => {
  fc.assert(
    fc.property(file, file, fc.boolean(), (first, second, prune) => {
      const before = apply(EMPTY, first, false);
      const after = apply(before, second, prune);
      expect(planChanges(storedDeclarations(after), declarationsOf(second, TYPES), prune)).toEqual({ steps: [], changes: [] });
    }),
    { numRuns: 250 },
  );
});

test("with pruning the same file gives the same registry, and the export is that file again", () => {
  fc.assert(
    fc.property(file, file, (first, second) => {
      const whole = { ...second, grants: second.grants ?? [] };
      const exported = toFile(storedDeclarations(apply(apply(EMPTY, first, false), whole, true)));
      expect(exported).toEqual(toFile(declarationsOf(whole, TYPES)));
      expect(catalogFile.parse(exported)).toEqual(exported);
      expect(planChanges(storedDeclarations(apply(EMPTY, exported, false)), declarationsOf(whole, TYPES), true).steps).toEqual([]);
      expect(JSON.stringify(toFile(declarationsOf(exported, TYPES)))).toBe(JSON.stringify(exported));
    }),
    { numRuns: 250 },
  );
});
