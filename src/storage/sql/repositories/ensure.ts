import type { RepositoryName } from "../../../oci/name.ts";
import type { ProjectPath } from "../../../oci/project-path.ts";
import type { Millis } from "../../metadata/records.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { byDialect, sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { type LockedRepository, lockRepository } from "./locks.ts";
import { ensureProject, findProjectPath } from "./projects.ts";
import { repositoryId } from "./reads.ts";
import { countTerms, internTerms, type Term } from "./terms.ts";
import { updateSearch } from "./update-search.ts";

const { id } = tables.repository;
const { revision } = tables.catalog_revision;

/** While the globs of projects change, no repository comes to be by the old ones. */
const SHARED = rowsOf(
  {
    revision,
  },
  () => sql`SELECT revision FROM catalog_revision WHERE id = 1${byDialect(({ name }) => (name === "postgres" ? sql` FOR SHARE` : sql``))}`,
);

const CREATE = rowsOf(
  { id },
  () => sql`INSERT INTO repository (project_id, name, revision, created_at, updated_at, listed)
  VALUES (${"project"}, ${"name"}, 0, ${"now"}, ${"now"}, 0)
  ON CONFLICT (name) DO UPDATE SET deleted_at = NULL, listed = 0, project_id = excluded.project_id, updated_at = excluded.updated_at
    WHERE repository.deleted_at IS NOT NULL RETURNING id`,
);

/** The repository's id; it, its project and namespace are created where needed. A deleted one comes back, empty. No list has it before a manifest, or a declaration. */
export async function ensureRepository(x: Executor, name: RepositoryName, now: Millis): Promise<number> {
  return (await repositoryId(x, name)) ?? createRepository(x, name, now);
}

/** As `ensureRepository`, and locks it. */
export async function ensureLocked(x: Executor, name: RepositoryName, now: Millis): Promise<LockedRepository> {
  await ensureRepository(x, name, now);
  const locked = await lockRepository(x, name);
  if (locked === undefined) throw new Error(`the repository ${name} could not be created`);
  return locked;
}

/** As `ensureRepository`, of one that was not there a moment ago. */
export async function createRepository(x: Executor, name: RepositoryName, now: Millis): Promise<number> {
  if (x.dialect.name === "postgres") await x.query(SHARED);
  const path = await findProjectPath(x, name);
  const project = await ensureProject(x, path, now);
  const created = await queryOne(x, CREATE, { project, name, now });
  if (created !== undefined) {
    const ids = await internTerms(x, projectTerms(path));
    await countTerms(x, created.id, new Map([...ids.values()].map((id) => [id, 1])));
    await updateSearch(x, created.id);
    return created.id;
  }
  // Another transaction was quicker.
  const found = await repositoryId(x, name);
  if (found === undefined) throw new Error(`the repository ${name} could not be created`);
  return found;
}

/** Kinds of the terms that a repository has because of its project, one of each. */
export const PROJECT_TERMS = ["namespace", "project"] as const;

/** What a repository is found by because of its project. */
export function projectTerms({ namespace, project }: ProjectPath): Term[] {
  return [
    { kind: "namespace", name: namespace },
    { kind: "project", name: `${namespace}/${project}` },
  ];
}
