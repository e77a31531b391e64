import type { RepositoryName } from "../../../oci/name.ts";
import { DEFAULT_POLICIES, type ProjectPolicies } from "../../metadata/catalog/policies.ts";
import { names, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { findProjectPath } from "../repositories/projects.ts";
import { toPolicies } from "./declared.ts";

const { type_policy, version_policy, dependents_policy } = tables.project;

const LEVELS = { type_policy, version_policy, dependents_policy };

const OF_REPOSITORY = rowsOf(
  LEVELS,
  () => sql`SELECT ${names(LEVELS)} FROM project
  WHERE id = (SELECT project_id FROM repository WHERE name = ${"repository"} AND deleted_at IS NULL)`,
);
const OF_PROJECT = rowsOf(
  LEVELS,
  () => sql`SELECT ${names(LEVELS)} FROM project
  WHERE namespace_id = (SELECT id FROM namespace WHERE name = ${"namespace"}) AND name = ${"project"}`,
);

export async function policies(x: Executor, repository: RepositoryName): Promise<ProjectPolicies> {
  const there = await queryOne(x, OF_REPOSITORY, { repository });
  const levels = there ?? (await ofFuture(x, repository));
  return levels === undefined ? DEFAULT_POLICIES : toPolicies(levels);
}

async function ofFuture(x: Executor, repository: RepositoryName): Promise<Row<typeof LEVELS> | undefined> {
  const { namespace, project } = await findProjectPath(x, repository);
  return queryOne(x, OF_PROJECT, { namespace, project });
}
