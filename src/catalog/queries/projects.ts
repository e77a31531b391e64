import type { z } from "zod";
import type { Principal } from "../../access/principal.ts";
import type { listNamespacesQuery, listProjectsQuery, NamespaceDocument, NamespaceList, ProjectDocument, ProjectList } from "../../api/packages.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { StoredNamespace, StoredProject } from "../../storage/metadata/catalog/definitions.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { Catalog } from "../catalog.ts";
import { hasRight, namespaceNames, projectNames } from "../rights.ts";
import { cutPage, type Page, pageSize } from "./paging.ts";

/** Repositories of one namespace or project that are counted at most. */
const COUNT_LIMIT = 1000;

/** Namespaces with a repository that the caller may pull, by name. */
export async function listNamespaces(
  { metadata, access }: Catalog<"packages">,
  principal: Principal,
  query: z.output<typeof listNamespacesQuery>,
  after: Position | undefined,
): Promise<Page<NamespaceList>> {
  const limit = pageSize(query.n);
  const found = await metadata.packages.listNamespaces({ after: after?.name, limit: limit + 1, visible: access.filter(principal, "pull") });
  const { rows, next } = cutPage(found, limit, ({ name }) => ({ key: name, name }));
  return { reply: { namespaces: rows.map((row) => namespaceDocument(row, row.repositories)) }, next };
}

/** Projects with a repository that the caller may pull, by namespace and name. */
export async function listProjects(
  { metadata, access }: Catalog<"packages">,
  principal: Principal,
  query: z.output<typeof listProjectsQuery>,
  after: Position | undefined,
): Promise<Page<ProjectList>> {
  const limit = pageSize(query.n);
  const visible = access.filter(principal, "pull");
  const found = await metadata.packages.listProjects({ namespace: query.namespace, after: after?.name, limit: limit + 1, visible });
  const { rows, next } = cutPage(found, limit, ({ namespace, name }) => ({ key: name, name: `${namespace}/${name}` }));
  return { reply: { projects: rows.map((row) => projectDocument(row, row.repositoryCount)) }, next };
}

/**
 * A namespace that the caller may see something of.
 * @throws RegistryError `NAMESPACE_UNKNOWN`
 */
export async function getNamespace({ metadata, access }: Catalog<"packages" | "definitions">, principal: Principal, name: string): Promise<NamespaceDocument> {
  const namespace = await metadata.definitions.namespace(name);
  const visible = access.filter(principal, "pull");
  const { count } = await metadata.packages.count({ namespace: name }, visible, COUNT_LIMIT);
  if (namespace === undefined || (count === 0 && !visible.all && !hasRight(access, principal, "admin", namespaceNames(name))))
    throw unknownProject("NAMESPACE_UNKNOWN", `namespace ${name}`);
  return namespaceDocument(namespace, count);
}

/**
 * A project that the caller may see something of.
 * @throws RegistryError `PROJECT_UNKNOWN`
 */
export async function getProject(
  { metadata, access }: Catalog<"packages" | "definitions">,
  principal: Principal,
  namespace: string,
  name: string,
): Promise<ProjectDocument> {
  const project = await metadata.definitions.project(namespace, name);
  const visible = access.filter(principal, "pull");
  const { count } = await metadata.packages.count({ namespace, project: name }, visible, COUNT_LIMIT);
  if (project === undefined || (count === 0 && !visible.all && !hasRight(access, principal, "admin", projectNames(namespace, name)))) {
    throw unknownProject("PROJECT_UNKNOWN", `project ${namespace}/${name}`);
  }
  return projectDocument(project, count);
}

function namespaceDocument({ name, description, labels, owner, declared }: StoredNamespace, repositories: number): NamespaceDocument {
  return { name, description: description ?? null, labels, owner: owner ?? null, declared, repositories };
}

function projectDocument(project: StoredProject, repositories: number): ProjectDocument {
  const { namespace, name, description, labels, owner, visibility, policies, declared } = project;
  return {
    namespace,
    name,
    description: description ?? null,
    labels,
    owner: owner ?? null,
    visibility,
    policies,
    patterns: [...project.repositories],
    declared,
    repositories,
  };
}

function unknownProject(code: "NAMESPACE_UNKNOWN" | "PROJECT_UNKNOWN", what: string): RegistryError {
  return new RegistryError(code, `there is no ${what}; it is created by the first push to one of its repositories, or by 'opm catalog apply'`);
}
