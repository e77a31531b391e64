import type { z } from "zod";
import type { Principal } from "../access/principal.ts";
import type { namespaceDefinition, projectDefinition } from "../api/administration.ts";
import type { NamespaceDocument, ProjectDocument } from "../api/packages.ts";
import { RegistryError } from "../oci/errors.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { Catalog } from "./catalog.ts";
import { changeDeclared } from "./change-declared.ts";
import { toNamespace, toProject } from "./definitions.ts";
import { getNamespace, getProject } from "./queries/projects.ts";
import { namespaceNames, projectNames, requireRight } from "./rights.ts";

/** Who changes something: as whom, and as it is written down. */
export interface Author {
  readonly principal: Principal;
  readonly actor: Actor;
}

/**
 * Creates a namespace, or replaces what was said of it.
 * @throws UnauthorizedError, RegistryError `DENIED` without `admin` in the namespace
 */
export async function putNamespace(
  catalog: Catalog<"packages" | "definitions">,
  author: Author,
  name: string,
  body: z.output<typeof namespaceDefinition>,
): Promise<NamespaceDocument> {
  requireNamespaceRight(catalog, author, name);
  await changeDeclared(catalog, [{ kind: "put-namespace", namespace: toNamespace(name, body) }], author.actor);
  return getNamespace(catalog, author.principal, name);
}

/** @throws also RegistryError `NAMESPACE_UNKNOWN`, `CONFLICT` while it has projects */
export async function deleteNamespace(catalog: Catalog<"definitions">, author: Author, name: string): Promise<void> {
  requireNamespaceRight(catalog, author, name);
  if ((await catalog.metadata.definitions.namespace(name)) === undefined) throw new RegistryError("NAMESPACE_UNKNOWN", `there is no namespace ${name}`);
  await changeDeclared(catalog, [{ kind: "delete-namespace", name }], author.actor);
}

function requireNamespaceRight({ access }: Pick<Catalog, "access">, { principal }: Author, name: string): void {
  requireRight(access, principal, { action: "admin", on: namespaceNames(name), what: `the namespace ${name}` });
}

/**
 * Creates a project, or replaces what was said of it. One that claims repositories by globs, whatever their names, may draw in
 * those of others: that is for administrators.
 * @throws UnauthorizedError, RegistryError `DENIED`
 */
export async function putProject(
  catalog: Catalog<"packages" | "definitions">,
  author: Author,
  { namespace, project }: { readonly namespace: string; readonly project: string },
  body: z.output<typeof projectDefinition>,
): Promise<ProjectDocument> {
  requireProjectRight(catalog, author, namespace, project);
  const definition = toProject(namespace, project, body);
  const before = await catalog.metadata.definitions.project(namespace, project);
  if (definition.repositories.join() !== (before?.repositories ?? []).toSorted().join()) requireGlobRight(catalog, author);
  await changeDeclared(catalog, [{ kind: "put-project", project: definition }], author.actor);
  return getProject(catalog, author.principal, namespace, project);
}

/** @throws also RegistryError `PROJECT_UNKNOWN`, `CONFLICT` while repositories belong to it by their names */
export async function deleteProject(catalog: Catalog<"definitions">, author: Author, namespace: string, project: string): Promise<void> {
  requireProjectRight(catalog, author, namespace, project);
  const before = await catalog.metadata.definitions.project(namespace, project);
  if (before === undefined) throw new RegistryError("PROJECT_UNKNOWN", `there is no project ${namespace}/${project}`);
  if (before.repositories.length > 0) requireGlobRight(catalog, author);
  await changeDeclared(catalog, [{ kind: "delete-project", namespace, name: project }], author.actor);
}

function requireProjectRight({ access }: Pick<Catalog, "access">, { principal }: Author, namespace: string, project: string): void {
  requireRight(access, principal, { action: "admin", on: projectNames(namespace, project), what: `the project ${namespace}/${project}` });
}

function requireGlobRight({ access }: Pick<Catalog, "access">, { principal }: Author): void {
  access.authorizeAdministration(principal);
}
