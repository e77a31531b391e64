import type { CatalogFile } from "../api/administration.ts";
import type { TypeTable } from "../artifacts/type-table.ts";
import { RegistryError } from "../oci/errors.ts";
import type {
  DeclaredCatalog,
  Description,
  NamespaceDefinition,
  ProjectDefinition,
  RepositoryDefinition,
  StoredGrant,
  StoredType,
} from "../storage/metadata/catalog/definitions.ts";
import { canonicalGrants, toGrants, toNamespace, toProject, toRepository, toType } from "./definitions.ts";

/** What a file declares, or a registry has declared, in a form that can be compared. */
export interface Declarations {
  readonly namespaces: ReadonlyMap<string, NamespaceDefinition>;
  /** By `namespace/name`. */
  readonly projects: ReadonlyMap<string, ProjectDefinition>;
  readonly repositories: ReadonlyMap<string, RepositoryDefinition>;
  /** Undefined: nothing is said of them. */
  readonly grants: readonly StoredGrant[] | undefined;
  /** By `typeKey`. */
  readonly types: ReadonlyMap<string, StoredType>;
}

/**
 * The declarations of a file. A namespace that only holds projects, and of which nothing is said, is not declared by that.
 * @throws RegistryError `BODY_INVALID` where a glob, a type or a name cannot be
 */
export function declarationsOf(file: CatalogFile, known: TypeTable): Declarations {
  const namespaces = Object.entries(file.namespaces ?? {});
  const projects = namespaces.flatMap(([namespace, { projects: declared = {} }]) => {
    return Object.entries(declared).map(([name, body]) => toProject(namespace, name, body));
  });
  refuseSharedGlobs(projects);
  return {
    namespaces: keyed(
      namespaces.filter(([, body]) => says(body)).map(([name, { projects: _, ...body }]) => toNamespace(name, body)),
      ({ name }) => name,
    ),
    projects: keyed(projects, projectKey),
    repositories: keyed(
      Object.entries(file.repositories ?? {}).map(([name, body]) => toRepository(name, body)),
      ({ name }) => name,
    ),
    grants: file.grants === undefined ? undefined : toGrants(file.grants),
    types: keyed(
      (file.types ?? []).map((type) => toType(type, known)),
      typeKey,
    ),
  };
}

/** Likewise what is stored. */
export function storedDeclarations(stored: DeclaredCatalog): Declarations {
  return {
    namespaces: keyed(stored.namespaces, ({ name }) => name),
    projects: keyed(
      stored.projects.map((project) => ({ ...project, repositories: project.repositories.toSorted() })),
      projectKey,
    ),
    repositories: keyed(stored.repositories, ({ name }) => name),
    grants: canonicalGrants(stored.grants),
    types: keyed(stored.types, typeKey),
  };
}

export function projectKey({ namespace, name }: Pick<ProjectDefinition, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

/** What tells a statement on types from others, as plans show it. */
export function typeKey({ type, rule }: Pick<StoredType, "type" | "rule">): string {
  return rule === "known" ? type : `${rule} ${type}`;
}

function says({ projects = {}, ...body }: NonNullable<CatalogFile["namespaces"]>[string]): boolean {
  return Object.keys(projects).length === 0 || isDescribed(toNamespace("", body));
}

/** Whether anything is said of it beside its name. */
export function isDescribed({ description, labels = {}, owner }: Partial<Description>): boolean {
  return description !== undefined || owner !== undefined || Object.keys(labels).length > 0;
}

function refuseSharedGlobs(projects: readonly ProjectDefinition[]): void {
  const owners = new Map<string, string>();
  for (const project of projects) {
    for (const glob of project.repositories) {
      const other = owners.get(glob);
      if (other !== undefined) {
        throw new RegistryError(
          "BODY_INVALID",
          `the projects ${other} and ${projectKey(project)} both claim the repositories ${glob}: leave the glob to one of them`,
        );
      }
      owners.set(glob, projectKey(project));
    }
  }
}

function keyed<T>(values: readonly T[], key: (value: T) => string): ReadonlyMap<string, T> {
  return new Map(values.map((value) => [key(value), value] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}
