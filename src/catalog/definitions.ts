import type { z } from "zod";
import type { grantDefinition, namespaceDefinition, projectDefinition, repositoryDefinition, typeDefinition } from "../api/administration.ts";
import { typeGlobProblem } from "../artifacts/type-glob.ts";
import { checkTypeName } from "../artifacts/type-name.ts";
import type { TypeTable } from "../artifacts/type-table.ts";
import { RegistryError } from "../oci/errors.ts";
import { parseRepositoryName } from "../oci/name.ts";
import { repositoryGlobProblem } from "../oci/repository-glob.ts";
import type {
  Description,
  NamespaceDefinition,
  ProjectDefinition,
  RepositoryDefinition,
  StoredGrant,
  StoredType,
} from "../storage/metadata/catalog/definitions.ts";
import { DEFAULT_POLICIES } from "../storage/metadata/catalog/policies.ts";

/** What people write becomes what is stored: absent fields get their defaults, lists their order. All throw `BODY_INVALID`. */

type Described = Pick<z.output<typeof namespaceDefinition>, "description" | "labels" | "owner">;

function describe({ description, labels, owner }: Described): Description {
  return { description: description || undefined, labels: sortKeys(labels ?? {}), owner };
}

export function toNamespace(name: string, body: z.output<typeof namespaceDefinition>): NamespaceDefinition {
  return { name, ...describe(body) };
}

export function toProject(namespace: string, name: string, body: z.output<typeof projectDefinition>): ProjectDefinition {
  const repositories = sortUnique(body.repositories ?? []);
  for (const glob of repositories) requireGlob(`project ${namespace}/${name}`, glob);
  const { types, versions, dependents } = body.policies ?? {};
  return {
    namespace,
    name,
    ...describe(body),
    visibility: body.visibility ?? "private",
    policies: {
      types: types ?? DEFAULT_POLICIES.types,
      versions: versions ?? DEFAULT_POLICIES.versions,
      dependents: dependents ?? DEFAULT_POLICIES.dependents,
    },
    repositories,
  };
}

export function toRepository(name: string, body: z.output<typeof repositoryDefinition>): RepositoryDefinition {
  return { name: parseRepositoryName(name), ...describe(body), contentType: body.contentType?.toLowerCase() };
}

export function toGrants(bodies: readonly z.output<typeof grantDefinition>[]): StoredGrant[] {
  for (const { repositories } of bodies) requireGlob("grant", repositories);
  return canonicalGrants(bodies);
}

/** Grants that mean the same become the same: their order, and that of subjects and actions, does not matter. */
export function canonicalGrants(grants: readonly StoredGrant[]): StoredGrant[] {
  const sorted = grants.map(({ subjects, repositories, actions }) => ({ subjects: sortUnique(subjects), repositories, actions: sortUnique(actions) }));
  const distinct = new Map(sorted.map((grant) => [[grant.repositories, grant.subjects.join(), grant.actions.join()].join(" "), grant]));
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, grant]) => grant);
}

/** The names of types that are new must follow the rules; one that tools write already is what it is. */
export function toType(body: z.output<typeof typeDefinition>, known: TypeTable): StoredType {
  const { type, rule, title, ...definition } = body;
  const problem = rule !== "known" ? typeGlobProblem(type) : known.find(type) === undefined ? checkTypeName(type) : undefined;
  if (problem !== undefined) throw new RegistryError("BODY_INVALID", `type ${type}: ${problem}`, { detail: { field: "type" } });
  return { type: type.toLowerCase(), rule, title: title || undefined, definition: sortKeys(definition) };
}

function requireGlob(where: string, glob: string): void {
  const problem = repositoryGlobProblem(glob);
  if (problem !== undefined) throw new RegistryError("BODY_INVALID", `${where}: '${glob}': ${problem}`, { detail: { field: "repositories" } });
}

function sortUnique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** Without fields that are not set. */
function sortKeys<V>(record: Readonly<Record<string, V>>): Record<string, V> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
