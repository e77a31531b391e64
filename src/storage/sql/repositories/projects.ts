import type { RepositoryName } from "../../../oci/name.ts";
import type { ProjectPath } from "../../../oci/project-path.ts";
import { type Claim, compileClaims } from "../../claims.ts";
import type { Millis } from "../../metadata/records.ts";
import { type Executor, queryOne } from "../engine/executor.ts";

/** Tells where repositories belong by the globs of all projects. */
export async function projectFinder(x: Executor): Promise<(repository: string) => ProjectPath> {
  return compileClaims(await claims(x));
}

async function claims(x: Executor): Promise<Claim[]> {
  const rows = await x.query<{ pattern: string; name: string; namespace: string }>(
    `SELECT g.pattern, (SELECT name FROM project WHERE id = g.project_id) AS name,
            (SELECT name FROM namespace WHERE id = (SELECT namespace_id FROM project WHERE id = g.project_id)) AS namespace
       FROM project_pattern g`,
  );
  return rows.map(({ pattern, name, namespace }) => ({ name, namespace, repositories: [pattern] }));
}

/** Where a repository of this name belongs, whether or not it exists. */
export async function findProjectPath(x: Executor, name: RepositoryName): Promise<ProjectPath> {
  return (await projectFinder(x))(name);
}

export async function projectId(x: Executor, { namespace, project }: ProjectPath): Promise<number | undefined> {
  const sql = "SELECT id FROM project WHERE namespace_id = (SELECT id FROM namespace WHERE name = $1) AND name = $2";
  return (await queryOne<{ id: number }>(x, sql, [namespace, project]))?.id;
}

/** The project's id; it and its namespace are created where needed. */
export async function ensureProject(x: Executor, path: ProjectPath, now: Millis): Promise<number> {
  const found = await projectId(x, path);
  if (found !== undefined) return found;
  await ensureNamespace(x, path.namespace, now);
  await x.query("INSERT INTO project (namespace_id, name) SELECT id, CAST($2 AS TEXT) FROM namespace WHERE name = $1 ON CONFLICT DO NOTHING", [
    path.namespace,
    path.project,
  ]);
  const created = await projectId(x, path);
  if (created === undefined) throw new Error(`the project ${path.namespace}/${path.project} could not be created`);
  return created;
}

export async function ensureNamespace(x: Executor, name: string, now: Millis): Promise<void> {
  await x.query("INSERT INTO namespace (name, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", [name, now]);
}

/**
 * Where deleted repositories are, which stay for their history: a project without a name, in a namespace without one, that
 * no list shows.
 */
export const NOWHERE: ProjectPath = { namespace: "", project: "" };

/** Forgets projects and namespaces that came to be by a push when nothing is in them any more. */
export async function forgetEmptyProjects(x: Executor): Promise<void> {
  await x.query("DELETE FROM project WHERE declared = 0 AND name <> '' AND NOT EXISTS (SELECT 1 FROM repository WHERE project_id = project.id)");
  await x.query("DELETE FROM namespace WHERE declared = 0 AND name <> '' AND NOT EXISTS (SELECT 1 FROM project WHERE namespace_id = namespace.id)");
}
