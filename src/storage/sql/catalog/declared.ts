import type { RepositoryName } from "../../../oci/name.ts";
import type {
  NamespaceDefinition,
  ProjectDefinition,
  RepositoryDefinition,
  StoredGrant,
  StoredNamespace,
  StoredProject,
  StoredType,
} from "../../metadata/catalog/definitions.ts";
import { policyLevel, typeRule, visibility } from "../engine/codes.ts";
import { names, orNull, parseLabels, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { mediaTypeOf } from "../engine/names-of.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { artifact_type, catalog_grant, media_type, namespace: namespaces, project: projects, project_pattern, repository: repositories } = tables;

const { name, description, labels, owner, declared } = namespaces;
export const NAMESPACE = { name, description, labels, owner, declared };
export type NamespaceColumns = Row<typeof NAMESPACE>;

const { namespace_id: _, ...PROJECT_COLUMNS } = projects;
export const PROJECT = { ...PROJECT_COLUMNS, namespace: namespaces.name };
export type ProjectColumns = Row<typeof PROJECT>;

const REPOSITORY_COLUMNS = { ...NAMESPACE, name: repositories.name };
const REPOSITORY = { ...REPOSITORY_COLUMNS, content_type: orNull(media_type.name) };

/** The columns of `PROJECT` from `project p`. */
export const OF_PROJECT = sql`${names(PROJECT_COLUMNS, "p")}, (SELECT name FROM namespace WHERE id = p.namespace_id) AS namespace`;
const OF_REPOSITORY = sql`${names(REPOSITORY_COLUMNS, "r")}, ${mediaTypeOf("r.declared_type_id")} AS content_type`;

const ONE_NAMESPACE = rowsOf(NAMESPACE, () => sql`SELECT ${names(NAMESPACE, "n")} FROM namespace n WHERE n.name = ${"name"}`);
const ONE_PROJECT = rowsOf(
  PROJECT,
  () => sql`SELECT ${OF_PROJECT} FROM project p
  WHERE p.namespace_id = (SELECT id FROM namespace WHERE name = ${"namespace"}) AND p.name = ${"name"}`,
);
const PATTERNS = rowsOf({ pattern: project_pattern.pattern }, () => sql`SELECT pattern FROM project_pattern WHERE project_id = ${"project"} ORDER BY pattern`);
const ONE_REPOSITORY = rowsOf(REPOSITORY, () => sql`SELECT ${OF_REPOSITORY} FROM repository r WHERE r.name = ${"name"} AND r.deleted_at IS NULL`);
const REVISION = rowsOf({ revision: tables.catalog_revision.revision }, () => sql`SELECT revision FROM catalog_revision WHERE id = 1`);

const DECLARED_NAMESPACES = rowsOf(NAMESPACE, () => sql`SELECT ${names(NAMESPACE, "n")} FROM namespace n WHERE n.declared = 1 ORDER BY n.name`);
const DECLARED_PROJECTS = rowsOf(PROJECT, () => sql`SELECT ${OF_PROJECT} FROM project p WHERE p.declared = 1 ORDER BY namespace, p.name`);
const ALL_PATTERNS = rowsOf(project_pattern, () => sql`SELECT ${names(project_pattern)} FROM project_pattern ORDER BY project_id, pattern`);
const DECLARED_REPOSITORIES = rowsOf(
  REPOSITORY,
  () => sql`SELECT ${OF_REPOSITORY} FROM repository r WHERE r.declared = 1 AND r.deleted_at IS NULL ORDER BY r.name`,
);
const GRANTS = rowsOf({ definition: catalog_grant.definition }, () => sql`SELECT definition FROM catalog_grant ORDER BY position`);
const TYPES = rowsOf(artifact_type, () => sql`SELECT ${names(artifact_type)} FROM artifact_type ORDER BY rule, type`);

export function toDescription({ description, labels, owner }: Pick<NamespaceColumns, "description" | "labels" | "owner">): {
  description: string | undefined;
  labels: Readonly<Record<string, string>>;
  owner: string | undefined;
} {
  return { description: description ?? undefined, labels: parseLabels(labels), owner: owner ?? undefined };
}

export function toPolicies(row: Pick<ProjectColumns, "type_policy" | "version_policy" | "dependents_policy">): ProjectDefinition["policies"] {
  return { types: policyLevel(row.type_policy), versions: policyLevel(row.version_policy), dependents: policyLevel(row.dependents_policy) };
}

export function toNamespace(row: NamespaceColumns): StoredNamespace {
  return { name: row.name, ...toDescription(row), declared: row.declared !== 0 };
}

export function toProject(row: ProjectColumns, repositories: readonly string[]): StoredProject {
  return {
    namespace: row.namespace,
    name: row.name,
    ...toDescription(row),
    visibility: visibility(row.visibility),
    policies: toPolicies(row),
    repositories,
    declared: row.declared !== 0,
  };
}

function toRepository(row: Row<typeof REPOSITORY>): RepositoryDefinition & { declared: boolean } {
  return { name: row.name, ...toDescription(row), contentType: row.content_type ?? undefined, declared: row.declared !== 0 };
}

export async function namespace(x: Executor, name: string): Promise<StoredNamespace | undefined> {
  const row = await queryOne(x, ONE_NAMESPACE, { name });
  return row === undefined ? undefined : toNamespace(row);
}

export async function project(x: Executor, namespaceName: string, name: string): Promise<StoredProject | undefined> {
  const row = await queryOne(x, ONE_PROJECT, { namespace: namespaceName, name });
  if (row === undefined) return undefined;
  const patterns = await x.query(PATTERNS, { project: row.id });
  return toProject(
    row,
    patterns.map(({ pattern }) => pattern),
  );
}

export async function repositoryDefinition(x: Executor, name: RepositoryName): Promise<(RepositoryDefinition & { declared: boolean }) | undefined> {
  const row = await queryOne(x, ONE_REPOSITORY, { name });
  return row === undefined ? undefined : toRepository(row);
}

export async function catalogRevision(x: Executor): Promise<number> {
  return (await queryOne(x, REVISION))?.revision ?? 0;
}

export async function declaredCatalog(x: Executor): Promise<{
  revision: number;
  namespaces: NamespaceDefinition[];
  projects: ProjectDefinition[];
  repositories: RepositoryDefinition[];
  grants: StoredGrant[];
  types: StoredType[];
}> {
  const revision = await catalogRevision(x);
  const namespaces = await x.query(DECLARED_NAMESPACES);
  const projects = await x.query(DECLARED_PROJECTS);
  const patterns = Map.groupBy(await x.query(ALL_PATTERNS), (row) => row.project_id);
  const repositories = await x.query(DECLARED_REPOSITORIES);
  const grants = await x.query(GRANTS);
  return {
    revision,
    namespaces: namespaces.map(toNamespace).map(({ declared: _, ...definition }) => definition),
    projects: projects.map((row) => {
      const { declared: _, ...definition } = toProject(row, patterns.get(row.id)?.map(({ pattern }) => pattern) ?? []);
      return definition;
    }),
    repositories: repositories.map(toRepository).map(({ declared: _, ...definition }) => definition),
    grants: grants.map(({ definition }) => JSON.parse(definition)),
    types: await declaredTypes(x),
  };
}

async function declaredTypes(x: Executor): Promise<StoredType[]> {
  const rows = await x.query(TYPES);
  return rows.map((row) => ({ rule: typeRule(row.rule), type: row.type, title: row.title ?? undefined, definition: JSON.parse(row.definition) }));
}
