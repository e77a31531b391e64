import type { Digest } from "../../../oci/digest.ts";
import { names, orNull, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { mediaTypeOf } from "../engine/names-of.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { id, kind, type_id, artifact_type_id, type_problem, subject_content_id, title, terms, deleted_at } = tables.manifest;

const COLUMNS = { id, kind, type_id, artifact_type_id, type_problem, subject_content_id, title, terms, deleted_at };
const MANIFEST = { ...COLUMNS, type: orNull(tables.media_type.name) };

/** A manifest of a repository as those need it who tag or delete it. */
export type ManifestRow = Row<typeof MANIFEST>;

const SELECT = sql`SELECT ${names(COLUMNS, "m")}, ${mediaTypeOf("m.type_id")} AS type FROM manifest m
  WHERE m.repository_id = ${"repository"} AND m.content_id = (SELECT id FROM content WHERE digest = ${"digest"})`;

const ANY = rowsOf(MANIFEST, () => sql`${SELECT}`);
const VISIBLE = rowsOf(MANIFEST, () => sql`${SELECT} AND m.deleted_at IS NULL`);

/** A manifest of the repository, deleted or not. */
export function anyManifest(x: Executor, repository: number, digest: Digest): Promise<ManifestRow | undefined> {
  return queryOne(x, ANY, { repository, digest });
}

export function visibleManifest(x: Executor, repository: number, digest: Digest): Promise<ManifestRow | undefined> {
  return queryOne(x, VISIBLE, { repository, digest });
}
