import type { RepositoryName } from "../../oci/name.ts";
import type { Actor, Millis, Page, Repository } from "../metadata-store.ts";
import { type Executor, queryOne } from "./executor.ts";

interface RepositoryRow {
  readonly name: RepositoryName;
  readonly namespace: string;
  readonly project: string;
  readonly revision: number;
  readonly created_at: number;
  readonly updated_at: number;
}

export async function repository(x: Executor, name: RepositoryName): Promise<Repository | undefined> {
  const row = await queryOne<RepositoryRow>(
    x,
    `SELECT r.name, (SELECT name FROM namespace WHERE id = (SELECT namespace_id FROM project WHERE id = r.project_id)) AS namespace,
            (SELECT name FROM project WHERE id = r.project_id) AS project, r.revision, r.created_at, r.updated_at
       FROM repository r WHERE r.name = $1`,
    [name],
  );
  if (row === undefined) return undefined;
  const { created_at: createdAt, updated_at: updatedAt, ...rest } = row;
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
    const rows = await x.query<{ name: RepositoryName }>("SELECT name FROM repository WHERE name > $1 AND name >= $2 AND name < $3 ORDER BY name LIMIT $4", [
      after,
      prefix,
      prefix + END_OF_PREFIX,
      page.limit - names.length,
    ]);
    for (const row of rows) names.push(row.name);
  }
  return names;
}

/** Sorted, without those that another one covers. */
function disjoint(prefixes: readonly string[]): string[] {
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

/** The repository's id, or undefined. */
export async function repositoryId(x: Executor, name: RepositoryName): Promise<number | undefined> {
  return (await queryOne<{ id: number }>(x, "SELECT id FROM repository WHERE name = $1", [name]))?.id;
}

/** As `repositoryId`, and no other transaction changes the repository's manifests and tags until this one ends. */
export async function lockRepository(x: Executor, name: RepositoryName): Promise<number | undefined> {
  return (await queryOne<{ id: number }>(x, `SELECT id FROM repository WHERE name = $1${x.dialect.lock}`, [name]))?.id;
}

/** The repository's id; repository, project and namespace are created where needed. */
export async function ensureRepository(x: Executor, name: RepositoryName, now: Millis): Promise<number> {
  const found = await repositoryId(x, name);
  if (found !== undefined) return found;
  const { namespace, project } = placeOf(name);
  await x.query("INSERT INTO namespace (name) VALUES ($1) ON CONFLICT DO NOTHING", [namespace]);
  await x.query("INSERT INTO project (namespace_id, name) SELECT id, CAST($2 AS TEXT) FROM namespace WHERE name = $1 ON CONFLICT DO NOTHING", [
    namespace,
    project,
  ]);
  await x.query(
    `INSERT INTO repository (project_id, name, revision, created_at, updated_at)
     SELECT p.id, CAST($3 AS TEXT), 0, CAST($4 AS BIGINT), CAST($4 AS BIGINT)
       FROM project p JOIN namespace n ON n.id = p.namespace_id WHERE n.name = $1 AND p.name = $2 ON CONFLICT DO NOTHING`,
    [namespace, project, name, now],
  );
  const created = await repositoryId(x, name);
  if (created === undefined) throw new Error(`the repository ${name} could not be created`);
  return created;
}

/** First part, second part; `library` and `_` stand for those that a short name lacks. */
function placeOf(name: RepositoryName): { namespace: string; project: string } {
  const [first = "", second, third] = name.split("/");
  if (second === undefined) return { namespace: "library", project: "_" };
  return { namespace: first, project: third === undefined ? "_" : second };
}

export async function bumpRevision(x: Executor, repositoryId: number, now: Millis): Promise<void> {
  await x.query("UPDATE repository SET revision = revision + 1, updated_at = $2 WHERE id = $1", [repositoryId, now]);
}

/** What changes in a repository have in common. */
export interface RepositoryChange {
  readonly repository: RepositoryName;
  readonly actor: Actor;
  readonly now: Millis;
}
