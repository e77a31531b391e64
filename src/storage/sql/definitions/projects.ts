import type { ProjectPath } from "../../../oci/project-path.ts";
import type { ProjectDefinition } from "../../metadata/catalog/definitions.ts";
import { DEFAULT_POLICIES, type ProjectPolicies } from "../../metadata/catalog/policies.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import { policyLevelCode, visibilityCode } from "../engine/codes.ts";
import { assignments, names } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { moveRepositories, repositoriesOf } from "../repositories/move.ts";
import { ensureProject, forgetEmptyProjects, projectFinder, projectId } from "../repositories/projects.ts";
import { DESCRIBE, DESCRIPTION, descriptionColumns, holds, UNDECLARED } from "./description.ts";
import type { CatalogRecord, CatalogStep } from "./step.ts";

const { project, project_pattern } = tables;

const { visibility, type_policy, version_policy, dependents_policy } = project;
const DEFINITION = { ...DESCRIPTION, visibility, type_policy, version_policy, dependents_policy };
const SET = sql`${DESCRIBE}, ${assignments(["visibility", "type_policy", "version_policy", "dependents_policy"])}`;

const ONE = rowsOf(DEFINITION, () => sql`SELECT ${names(DEFINITION)} FROM project WHERE id = ${"id"}`);
const DEFINE = command(() => sql`UPDATE project SET ${SET} WHERE id = ${"id"}`);
const UNDECLARE = rowsOf({ id: project.id }, () => sql`UPDATE project SET ${SET} WHERE id = ${"id"} AND declared = 1 RETURNING id`);
const DELETE = command(() => sql`DELETE FROM project WHERE id = ${"id"}`);

const GLOBS = rowsOf({ pattern: project_pattern.pattern }, () => sql`SELECT pattern FROM project_pattern WHERE project_id = ${"project"} ORDER BY pattern`);
const FORGET_GLOBS = command(() => sql`DELETE FROM project_pattern WHERE project_id = ${"project"}`);
const ADD_GLOBS = command(
  () => sql`INSERT INTO project_pattern (project_id, pattern)
  SELECT CAST(${"project"} AS BIGINT), value FROM ${strings("globs")}`,
);

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
  const row = known === undefined ? undefined : await queryOne(x, ONE, { id: known });
  const before = known === undefined ? [] : await globsOf(x, known);
  const sameGlobs = before.length === wanted.length && before.every((glob, index) => glob === wanted[index]);
  if (row !== undefined && holds(row, columns) && sameGlobs) return undefined;

  const id = known ?? (await ensureProject(x, path, now));
  x.send(DEFINE, { id, ...columns });
  if (!sameGlobs) {
    x.send(FORGET_GLOBS, { project: id });
    x.send(ADD_GLOBS, { project: id, globs: JSON.stringify(wanted) });
    await moveRepositories(x, { project: id, globs: wanted, now });
    await forgetEmptyProjects(x);
  }
  return { action: "project.put", reference: nameOf(path), detail };
}

export async function deleteProject(x: Executor, path: ProjectPath, { now }: CatalogStep): Promise<CatalogRecord | undefined> {
  const id = await projectId(x, path);
  if (id === undefined) return undefined;
  const globs = await globsOf(x, id);
  x.send(FORGET_GLOBS, { project: id });
  const find = await projectFinder(x);
  for await (const repositories of repositoriesOf(x, id)) {
    const stays = repositories.find(({ name }) => nameOf(find(name)) === nameOf(path));
    if (stays === undefined) continue;
    const message = `the project ${nameOf(path)} has repositories that belong to it by their names, such as ${stays.name}: delete them first`;
    throw new MetadataStoreError("conflict", message);
  }
  await moveRepositories(x, { project: id, globs: [], now });
  x.send(DELETE, { id });
  await forgetEmptyProjects(x);
  return { action: "project.delete", reference: nameOf(path), detail: globs.length === 0 ? undefined : { repositories: globs } };
}

/** It stays while it has repositories, those that belong to it by their segments. */
export async function undeclareProject(x: Executor, path: ProjectPath, { now }: CatalogStep): Promise<CatalogRecord | undefined> {
  const id = await projectId(x, path);
  const columns = { ...UNDECLARED, visibility: visibilityCode("private"), ...policyColumns(DEFAULT_POLICIES) };
  if (id === undefined || (await x.query(UNDECLARE, { id, ...columns })).length === 0) return undefined;
  x.send(FORGET_GLOBS, { project: id });
  await moveRepositories(x, { project: id, globs: [], now });
  await forgetEmptyProjects(x);
  return { action: "project.undeclare", reference: nameOf(path) };
}

function policyColumns({ types, versions, dependents }: ProjectPolicies): Readonly<Record<`${"type" | "version" | "dependents"}_policy`, number>> {
  return { type_policy: policyLevelCode(types), version_policy: policyLevelCode(versions), dependents_policy: policyLevelCode(dependents) };
}

async function globsOf(x: Executor, project: number): Promise<string[]> {
  const rows = await x.query(GLOBS, { project });
  return rows.map((row) => row.pattern);
}

function nameOf({ namespace, project }: ProjectPath): string {
  return `${namespace}/${project}`;
}
