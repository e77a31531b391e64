import type { RepositoryName } from "../../../oci/name.ts";
import type { ProjectPath } from "../../../oci/project-path.ts";
import { type Claim, compileClaims } from "../../claims.ts";
import type { Millis } from "../../metadata/records.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { project, namespace, project_pattern } = tables;

const CLAIMS = rowsOf(
  { pattern: project_pattern.pattern, name: project.name, namespace: namespace.name },
  () => sql`SELECT g.pattern,
    (SELECT name FROM project WHERE id = g.project_id) AS name,
    (SELECT name FROM namespace WHERE id = (SELECT namespace_id FROM project WHERE id = g.project_id)) AS namespace
  FROM project_pattern g`,
);

const PROJECT = rowsOf(
  { id: project.id },
  () => sql`SELECT id FROM project
  WHERE namespace_id = (SELECT id FROM namespace WHERE name = ${"namespace"}) AND name = ${"project"}`,
);
const CREATE_PROJECT = command(
  () => sql`INSERT INTO project (namespace_id, name)
  SELECT id, CAST(${"project"} AS TEXT) FROM namespace WHERE name = ${"namespace"} ON CONFLICT DO NOTHING`,
);
const CREATE_NAMESPACE = command(() => sql`INSERT INTO namespace (name, created_at) VALUES (${"name"}, ${"now"}) ON CONFLICT DO NOTHING`);

const FORGET_PROJECTS = command(
  () => sql`DELETE FROM project
  WHERE declared = 0 AND name <> '' AND NOT EXISTS (SELECT 1 FROM repository WHERE project_id = project.id)`,
);
const FORGET_NAMESPACES = command(
  () => sql`DELETE FROM namespace
  WHERE declared = 0 AND name <> '' AND NOT EXISTS (SELECT 1 FROM project WHERE namespace_id = namespace.id)`,
);

/** Tells where repositories belong by the globs of all projects. */
export async function projectFinder(x: Executor): Promise<(repository: string) => ProjectPath> {
  return compileClaims(await claims(x));
}

async function claims(x: Executor): Promise<Claim[]> {
  const rows = await x.query(CLAIMS);
  return rows.map(({ pattern, name, namespace }) => ({ name, namespace, repositories: [pattern] }));
}

/** Where a repository of this name belongs, whether or not it exists. */
export async function findProjectPath(x: Executor, name: RepositoryName): Promise<ProjectPath> {
  return (await projectFinder(x))(name);
}

export async function projectId(x: Executor, { namespace, project }: ProjectPath): Promise<number | undefined> {
  return (await queryOne(x, PROJECT, { namespace, project }))?.id;
}

/** The project's id; it and its namespace are created where needed. */
export async function ensureProject(x: Executor, path: ProjectPath, now: Millis): Promise<number> {
  const found = await projectId(x, path);
  if (found !== undefined) return found;
  await ensureNamespace(x, path.namespace, now);
  x.send(CREATE_PROJECT, { namespace: path.namespace, project: path.project });
  const created = await projectId(x, path);
  if (created === undefined) throw new Error(`the project ${path.namespace}/${path.project} could not be created`);
  return created;
}

export async function ensureNamespace(x: Executor, name: string, now: Millis): Promise<void> {
  x.send(CREATE_NAMESPACE, { name, now });
}

/**
 * Where deleted repositories are, which stay for their history: a project without a name, in a namespace without one, that
 * no list shows.
 */
export const NOWHERE: ProjectPath = { namespace: "", project: "" };

/** Forgets projects and namespaces that came to be by a push when nothing is in them any more. */
export async function forgetEmptyProjects(x: Executor): Promise<void> {
  x.send(FORGET_PROJECTS);
  x.send(FORGET_NAMESPACES);
}
