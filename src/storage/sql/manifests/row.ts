import type { Digest } from "../../../oci/digest.ts";
import { type Executor, queryOne } from "../engine/executor.ts";

/** A manifest of a repository as those need it who tag or delete it. */
export interface ManifestRow {
  readonly id: number;
  readonly kind: number;
  readonly type_id: number | null;
  readonly artifact_type_id: number | null;
  readonly type: string | null;
  readonly type_problem: string | null;
  readonly subject_content_id: number | null;
  readonly title: string | null;
  readonly terms: string | null;
  readonly deleted_at: number | null;
}

const MANIFEST = `SELECT m.id, m.kind, m.type_id, m.artifact_type_id, (SELECT name FROM media_type WHERE id = m.type_id) AS type, m.type_problem, m.subject_content_id, m.title,
    m.terms, m.deleted_at
  FROM manifest m WHERE m.repository_id = $1 AND m.content_id = (SELECT id FROM content WHERE digest = $2)`;

/** A manifest of the repository, deleted or not. */
export function anyManifest(x: Executor, repository: number, digest: Digest): Promise<ManifestRow | undefined> {
  return queryOne<ManifestRow>(x, MANIFEST, [repository, digest]);
}

export function visibleManifest(x: Executor, repository: number, digest: Digest): Promise<ManifestRow | undefined> {
  return queryOne<ManifestRow>(x, `${MANIFEST} AND m.deleted_at IS NULL`, [repository, digest]);
}
