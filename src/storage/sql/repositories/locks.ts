import type { RepositoryName } from "../../../oci/name.ts";
import type { Actor, Millis } from "../../metadata/records.ts";
import { orNull, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { integers, LOCK } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { id, project_id, content_type_id, deleted_at } = tables.repository;
const { name } = tables.media_type;

const { type_policy, version_policy } = tables.project;

const LOCKED = { id, project_id, content_type_id, content_type: orNull(name), type_policy, version_policy, deleted_at };

/**
 * A repository that no other transaction changes, in its manifests and tags, until this one ends. `content_type` is the name of its
 * type, unless that came to be known while this transaction waited for the lock. The policies are those of its project.
 */
export type LockedRepository = Row<typeof LOCKED>;

const ONE = rowsOf(
  LOCKED,
  () => sql`SELECT r.id, r.project_id, r.content_type_id,
    (SELECT name FROM media_type WHERE id = r.content_type_id) AS content_type,
    (SELECT type_policy FROM project WHERE id = r.project_id) AS type_policy,
    (SELECT version_policy FROM project WHERE id = r.project_id) AS version_policy, r.deleted_at
  FROM repository r WHERE r.name = ${"name"}${LOCK}`,
);

const TYPE = rowsOf({ name }, () => sql`SELECT name FROM media_type WHERE id = ${"id"}`);

const SEVERAL = rowsOf({ id }, () => sql`SELECT id FROM repository WHERE id IN (${integers("ids")}) ORDER BY id${LOCK}`);

/** Undefined when there is none, or it was deleted. */
export async function lockRepository(x: Executor, name: RepositoryName): Promise<LockedRepository | undefined> {
  const row = await lockAnyRepository(x, name);
  return row === undefined || row.deleted_at !== null ? undefined : row;
}

/** As `lockRepository`, deleted or not. */
export function lockAnyRepository(x: Executor, name: RepositoryName): Promise<LockedRepository | undefined> {
  return queryOne(x, ONE, { name });
}

/** The type that the tags of a repository have. */
export async function contentType(x: Executor, repository: LockedRepository | undefined): Promise<string | undefined> {
  const { content_type: type = null, content_type_id: typeId = null } = repository ?? {};
  if (type !== null || typeId === null) return type ?? undefined;
  return (await queryOne(x, TYPE, { id: typeId }))?.name;
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
  await x.query(SEVERAL, { ids: JSON.stringify([...new Set(ids)]) });
}
