import type { ProjectPath } from "../../../oci/project-path.ts";
import type { ProjectDefinition } from "../../metadata/catalog/definitions.ts";
import { DEFAULT_POLICIES, type ProjectPolicies } from "../../metadata/catalog/policies.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import { policyLevelCode, visibilityCode } from "../engine/codes.ts";
import { type Executor, queryOne, type SqlValue } from "../engine/executor.ts";
import { moveRepositories, repositoriesOf } from "../repositories/move.ts";
import { ensureProject, forgetEmptyProjects, projectFinder, projectId } from "../repositories/projects.ts";
import { assignments, descriptionColumns, holds, UNDECLARED } from "./description.ts";
import type { CatalogRecord, CatalogStep } from "./step.ts";

export async function putProject(x: Executor, definition: ProjectDefinition, { now }: CatalogStep): Promise<CatalogRecord | undefined> {
  const path = { namespace: definition.namespace, project: definition.name };
  const { namespace: _, name: __, ...detail } = definition;
  const columns = {
    ...descriptionColumns(definition),
    visibility: visibilityCode(definition.visibility),
    ...policyColumns(definition.policies),
  };
  const wanted = [...new Set(definition.repositories)].sort();
  const known = await projectId(x, path);
  const row = known === undefined ? undefined : await queryOne<Record<string, SqlValue>>(x, "SELECT * FROM project WHERE id = $1", [known]);
  const before = known === undefined ? [] : await globsOf(x, known);
  const sameGlobs = before.length === wanted.length && before.every((glob, index) => glob === wanted[index]);
  if (row !== undefined && holds(row, columns) && sameGlobs) return undefined;

  const id = known ?? (await ensureProject(x, path, now));
  await x.query(`UPDATE project SET ${assignments(columns, 2)} WHERE id = $1`, [id, ...Object.values(columns)]);
  if (!sameGlobs) {
    await x.query("DELETE FROM project_pattern WHERE project_id = $1", [id]);
    await x.query(`INSERT INTO project_pattern (project_id, pattern) SELECT CAST($1 AS BIGINT), value FROM ${x.dialect.strings("$2")}`, [
      id,
      JSON.stringify(wanted),
    ]);
    await moveRepositories(x, { project: id, globs: wanted, now });
    await forgetEmptyProjects(x);
  }
  return { action: "project.put", reference: nameOf(path), detail };
}

export async function deleteProject(x: Executor, path: ProjectPath, { now }: CatalogStep): Promise<CatalogRecord | undefined> {
  const id = await projectId(x, path);
  if (id === undefined) return undefined;
  const globs = await globsOf(x, id);
  await x.query("DELETE FROM project_pattern WHERE project_id = $1", [id]);
  const find = await projectFinder(x);
  for await (const repositories of repositoriesOf(x, id)) {
    const stays = repositories.find(({ name }) => nameOf(find(name)) === nameOf(path));
    if (stays === undefined) continue;
    const message = `the project ${nameOf(path)} has repositories that belong to it by their names, such as ${stays.name}: delete them first`;
    throw new MetadataStoreError("conflict", message);
  }
  await moveRepositories(x, { project: id, globs: [], now });
  await x.query("DELETE FROM project WHERE id = $1", [id]);
  await forgetEmptyProjects(x);
  return { action: "project.delete", reference: nameOf(path), detail: globs.length === 0 ? undefined : { repositories: globs } };
}

/** It stays while it has repositories, those that belong to it by their segments. */
export async function undeclareProject(x: Executor, path: ProjectPath, { now }: CatalogStep): Promise<CatalogRecord | undefined> {
  const id = await projectId(x, path);
  const columns = { ...UNDECLARED, visibility: visibilityCode("private"), ...policyColumns(DEFAULT_POLICIES) };
  const sql = `UPDATE project SET ${assignments(columns, 2)} WHERE id = $1 AND declared = 1 RETURNING id`;
  if (id === undefined || (await x.query(sql, [id, ...Object.values(columns)])).length === 0) return undefined;
  await x.query("DELETE FROM project_pattern WHERE project_id = $1", [id]);
  await moveRepositories(x, { project: id, globs: [], now });
  await forgetEmptyProjects(x);
  return { action: "project.undeclare", reference: nameOf(path) };
}

function policyColumns({ types, versions, dependents }: ProjectPolicies): Readonly<Record<string, number>> {
  return { type_policy: policyLevelCode(types), version_policy: policyLevelCode(versions), dependents_policy: policyLevelCode(dependents) };
}

async function globsOf(x: Executor, project: number): Promise<string[]> {
  const rows = await x.query<{ pattern: string }>("SELECT pattern FROM project_pattern WHERE project_id = $1 ORDER BY pattern", [project]);
  return rows.map((row) => row.pattern);
}

function nameOf({ namespace, project }: ProjectPath): string {
  return `${namespace}/${project}`;
}
