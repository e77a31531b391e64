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
       FROM repository r WHERE r.name = $1 AND r.deleted_at IS NULL`,
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
    const rows = await x.query<{ name: RepositoryName }>(
      "SELECT name FROM repository WHERE name > $1 AND name >= $2 AND name < $3 AND deleted_at IS NULL AND listed = 1 ORDER BY name LIMIT $4",
      [after, prefix, prefix + END_OF_PREFIX, page.limit - names.length],
    );
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

/** The repository's id, or undefined; also when it was deleted. */
export async function repositoryId(x: Executor, name: RepositoryName): Promise<number | undefined> {
  return (await queryOne<{ id: number }>(x, "SELECT id FROM repository WHERE name = $1 AND deleted_at IS NULL", [name]))?.id;
}

/** A repository that no other transaction changes, in its manifests and tags, until this one ends. */
export interface LockedRepository {
  readonly id: number;
  readonly project_id: number;
  readonly content_type_id: number | null;
  /** Name of the type, unless it came to be known while this transaction waited for the lock. */
  readonly content_type: string | null;
  readonly deleted_at: number | null;
}

const LOCK = `SELECT r.id, r.project_id, r.content_type_id, (SELECT name FROM media_type WHERE id = r.content_type_id) AS content_type, r.deleted_at
  FROM repository r WHERE r.name = $1`;

/** Undefined when there is none, or it was deleted. */
export async function lockRepository(x: Executor, name: RepositoryName): Promise<LockedRepository | undefined> {
  const row = await lockAnyRepository(x, name);
  return row === undefined || row.deleted_at !== null ? undefined : row;
}

/** As `lockRepository`, deleted or not. */
export function lockAnyRepository(x: Executor, name: RepositoryName): Promise<LockedRepository | undefined> {
  return queryOne<LockedRepository>(x, LOCK + x.dialect.lock, [name]);
}

/** The type that the tags of a repository have. */
export async function contentType(x: Executor, repository: LockedRepository | undefined): Promise<string | undefined> {
  const { content_type: name = null, content_type_id: id = null } = repository ?? {};
  if (name !== null || id === null) return name ?? undefined;
  return (await queryOne<{ name: string }>(x, "SELECT name FROM media_type WHERE id = $1", [id]))?.name;
}

/** What changes in a repository have in common. */
export interface RepositoryChange {
  readonly repository: RepositoryName;
  readonly actor: Actor;
  readonly now: Millis;
}
