import type { RepositoryName } from "../../../oci/name.ts";
import type { Page } from "../../metadata/records.ts";
import type { Repository } from "../../metadata/repositories.ts";
import { TELL, TOLD } from "../accounts/rights.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { id, name, revision, created_at, updated_at } = tables.repository;

const ONE = rowsOf(
  { name, namespace: tables.namespace.name, project: tables.project.name, revision, created_at, updated_at, ...TOLD },
  () => sql`SELECT r.name,
    (SELECT name FROM namespace WHERE id = (SELECT namespace_id FROM project WHERE id = r.project_id)) AS namespace,
    (SELECT name FROM project WHERE id = r.project_id) AS project, r.revision, r.created_at, r.updated_at, ${TELL}
  FROM repository r WHERE r.name = ${"name"} AND r.deleted_at IS NULL`,
);

const LIST = rowsOf(
  { name },
  () => sql`SELECT name FROM repository WHERE name > ${"after"} AND name >= ${"from"} AND name < ${"to"}
  AND deleted_at IS NULL AND listed = 1 ORDER BY name LIMIT ${"limit"}`,
);

const ID = rowsOf({ id, ...TOLD }, () => sql`SELECT id, ${TELL} FROM repository WHERE name = ${"name"} AND deleted_at IS NULL`);

/** The id of the repository that the parameter `repository` names: so statements need no answer to another one. */
export const REPOSITORY = sql`(SELECT id FROM repository WHERE name = ${"repository"} AND deleted_at IS NULL)`;

export async function repository(x: Executor, name: RepositoryName): Promise<Repository | undefined> {
  const row = await queryOne(x, ONE, { name });
  if (row === undefined) return undefined;
  const { created_at: createdAt, updated_at: updatedAt, told_rights: _, ...rest } = row;
  return { ...rest, createdAt, updatedAt };
}

/** Above every character of a repository name. */
const END_OF_PREFIX = "\u007f";

/** One range of the name index for each prefix, in order, until the page is full. */
export async function listRepositories(x: Executor, page: Page & { readonly prefixes?: readonly string[] | undefined }): Promise<RepositoryName[]> {
  const after = page.after ?? "";
  const names: RepositoryName[] = [];
  for (const prefix of page.prefixes === undefined ? [""] : disjoint(page.prefixes)) {
    if (names.length >= page.limit) break;
    const rows = await x.query(LIST, { after, from: prefix, to: prefix + END_OF_PREFIX, limit: page.limit - names.length });
    for (const row of rows) names.push(row.name);
  }
  return names;
}

/** Prefixes of names, sorted, without those that another one covers. */
export function disjoint(prefixes: readonly string[]): string[] {
  const kept: string[] = [];
  for (const prefix of [...prefixes].sort(compareText)) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept;
}

/** Compares by code unit, which for ASCII is the byte order of the databases. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The repository's id, or undefined; also when it was deleted. */
export async function repositoryId(x: Executor, name: RepositoryName): Promise<number | undefined> {
  return (await queryOne(x, ID, { name }))?.id;
}
