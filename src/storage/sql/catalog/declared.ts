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
import { type Executor, queryOne } from "../engine/executor.ts";
import { parseLabels } from "../engine/labels.ts";

interface DescriptionColumns {
  readonly description: string | null;
  readonly labels: string | null;
  readonly owner: string | null;
}

export interface NamespaceColumns extends DescriptionColumns {
  readonly name: string;
  readonly declared: number;
}

export interface ProjectColumns extends NamespaceColumns {
  readonly id: number;
  readonly namespace: string;
  readonly visibility: number;
  readonly type_policy: number;
  readonly version_policy: number;
  readonly dependents_policy: number;
}

interface RepositoryColumns extends DescriptionColumns {
  readonly name: RepositoryName;
  readonly declared: number;
  readonly content_type: string | null;
}

export const NAMESPACE_COLUMNS = "n.name, n.description, n.labels, n.owner, n.declared";
export const PROJECT_COLUMNS = `p.id, p.name, p.description, p.labels, p.owner, p.declared, p.visibility, p.type_policy, p.version_policy,
  p.dependents_policy, (SELECT name FROM namespace WHERE id = p.namespace_id) AS namespace`;
const REPOSITORY_COLUMNS = `r.name, r.description, r.labels, r.owner, r.declared,
  (SELECT name FROM media_type WHERE id = r.declared_type_id) AS content_type`;

export function toDescription({ description, labels, owner }: DescriptionColumns): {
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

function toRepository(row: RepositoryColumns): RepositoryDefinition & { declared: boolean } {
  return { name: row.name, ...toDescription(row), contentType: row.content_type ?? undefined, declared: row.declared !== 0 };
}

export async function namespace(x: Executor, name: string): Promise<StoredNamespace | undefined> {
  const row = await queryOne<NamespaceColumns>(x, `SELECT ${NAMESPACE_COLUMNS} FROM namespace n WHERE n.name = $1`, [name]);
  return row === undefined ? undefined : toNamespace(row);
}

export async function project(x: Executor, namespaceName: string, name: string): Promise<StoredProject | undefined> {
  const row = await queryOne<ProjectColumns>(
    x,
    `SELECT ${PROJECT_COLUMNS} FROM project p WHERE p.namespace_id = (SELECT id FROM namespace WHERE name = $1) AND p.name = $2`,
    [namespaceName, name],
  );
  if (row === undefined) return undefined;
  const patterns = await x.query<{ pattern: string }>("SELECT pattern FROM project_pattern WHERE project_id = $1 ORDER BY pattern", [row.id]);
  return toProject(
    row,
    patterns.map(({ pattern }) => pattern),
  );
}

export async function repositoryDefinition(x: Executor, name: RepositoryName): Promise<(RepositoryDefinition & { declared: boolean }) | undefined> {
  const row = await queryOne<RepositoryColumns>(x, `SELECT ${REPOSITORY_COLUMNS} FROM repository r WHERE r.name = $1 AND r.deleted_at IS NULL`, [name]);
  return row === undefined ? undefined : toRepository(row);
}

export async function catalogRevision(x: Executor): Promise<number> {
  return (await queryOne<{ revision: number }>(x, "SELECT revision FROM catalog_revision WHERE id = 1"))?.revision ?? 0;
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
  const namespaces = await x.query<NamespaceColumns>(`SELECT ${NAMESPACE_COLUMNS} FROM namespace n WHERE n.declared = 1 ORDER BY n.name`);
  const projects = await x.query<ProjectColumns>(`SELECT ${PROJECT_COLUMNS} FROM project p WHERE p.declared = 1 ORDER BY namespace, p.name`);
  const patterns = Map.groupBy(
    await x.query<{ project_id: number; pattern: string }>("SELECT project_id, pattern FROM project_pattern ORDER BY project_id, pattern"),
    (row) => row.project_id,
  );
  const repositories = await x.query<RepositoryColumns>(
    `SELECT ${REPOSITORY_COLUMNS} FROM repository r WHERE r.declared = 1 AND r.deleted_at IS NULL ORDER BY r.name`,
  );
  const grants = await x.query<{ definition: string }>("SELECT definition FROM catalog_grant ORDER BY position");
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
  const rows = await x.query<{ rule: number; type: string; title: string | null; definition: string }>(
    "SELECT rule, type, title, definition FROM artifact_type ORDER BY rule, type",
  );
  return rows.map((row) => ({ rule: typeRule(row.rule), type: row.type, title: row.title ?? undefined, definition: JSON.parse(row.definition) }));
}
