import type { RepositoryName } from "../../../oci/name.ts";
import type { Actor, Millis } from "../../metadata/records.ts";
import { type Executor, queryOne } from "../engine/executor.ts";

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

/** Keeps pushes to these repositories waiting; where transactions overlap, in one order for all collectors. */
export async function lockRepositories(x: Executor, ids: readonly number[]): Promise<void> {
  if (x.dialect.lock === "" || ids.length === 0) return;
  const elements = x.dialect.strings("$1");
  await x.query(`SELECT id FROM repository WHERE id IN (SELECT CAST(value AS BIGINT) FROM ${elements}) ORDER BY id${x.dialect.lock}`, [
    JSON.stringify([...new Set(ids)]),
  ]);
}
