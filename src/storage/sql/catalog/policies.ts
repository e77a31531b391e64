import type { RepositoryName } from "../../../oci/name.ts";
import { DEFAULT_POLICIES, type ProjectPolicies } from "../../metadata/catalog/policies.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { findProjectPath } from "../repositories/projects.ts";
import { toPolicies } from "./declared.ts";

interface Levels {
  readonly type_policy: number;
  readonly version_policy: number;
  readonly dependents_policy: number;
}

const LEVELS = "SELECT p.type_policy, p.version_policy, p.dependents_policy FROM project p WHERE";

export async function policies(x: Executor, repository: RepositoryName): Promise<ProjectPolicies> {
  const there = await queryOne<Levels>(x, `${LEVELS} p.id = (SELECT project_id FROM repository WHERE name = $1 AND deleted_at IS NULL)`, [repository]);
  const levels = there ?? (await ofFuture(x, repository));
  return levels === undefined ? DEFAULT_POLICIES : toPolicies(levels);
}

async function ofFuture(x: Executor, repository: RepositoryName): Promise<Levels | undefined> {
  const { namespace, project } = await findProjectPath(x, repository);
  return queryOne<Levels>(x, `${LEVELS} p.namespace_id = (SELECT id FROM namespace WHERE name = $1) AND p.name = $2`, [namespace, project]);
}
