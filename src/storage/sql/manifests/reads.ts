import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { Edge, ManifestRecord, Referrer } from "../../metadata/manifests.ts";
import type { Page } from "../../metadata/records.ts";
import { edgeKind } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";

interface ManifestRow {
  readonly digest: Digest;
  readonly media_type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly untagged_at: number | null;
}

/**
 * Subqueries instead of joins: SQLite prepares a join whose conditions hold parameters anew at every execution, which
 * takes ten times as long as the look-up itself.
 */
const REPOSITORY = "(SELECT id FROM repository WHERE name = $1)";
const MANIFEST = `SELECT (SELECT digest FROM content WHERE id = m.content_id) AS digest,
    (SELECT name FROM media_type WHERE id = m.media_type_id) AS media_type,
    (SELECT body FROM manifest_body WHERE content_id = m.content_id) AS body, m.untagged_at
  FROM manifest m WHERE`;

const BY_TAG = `${MANIFEST} m.id = (SELECT manifest_id FROM tag WHERE repository_id = ${REPOSITORY} AND name = $2)`;

const BY_DIGEST = `${MANIFEST} m.repository_id = ${REPOSITORY}
  AND m.content_id = (SELECT id FROM content WHERE digest = $2) AND m.deleted_at IS NULL`;

export async function manifestByTag(x: Executor, repository: RepositoryName, tag: Tag): Promise<ManifestRecord | undefined> {
  return toManifest(await queryOne<ManifestRow>(x, BY_TAG, [repository, tag]));
}

export async function manifestByDigest(x: Executor, repository: RepositoryName, digest: Digest): Promise<ManifestRecord | undefined> {
  return toManifest(await queryOne<ManifestRow>(x, BY_DIGEST, [repository, digest]));
}

function toManifest(row: ManifestRow | undefined): ManifestRecord | undefined {
  if (row === undefined) return undefined;
  return { digest: row.digest, mediaType: row.media_type, size: row.body.length, body: row.body, untagged: row.untagged_at !== null };
}

/** Body of a stored manifest whatever repository has it. */
export async function manifestBody(x: Executor, digest: Digest): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const row = await queryOne<{ body: Uint8Array<ArrayBuffer> }>(
    x,
    "SELECT body FROM manifest_body WHERE content_id = (SELECT id FROM content WHERE digest = $1)",
    [digest],
  );
  return row?.body;
}

interface ReferrerRow {
  readonly digest: Digest;
  readonly media_type: string;
  readonly size: number;
  readonly artifact_type: string | null;
  readonly annotations: string | null;
}

/** Sorted in the statement: a subject has few referrers in comparison with what a page may hold. */
const REFERRERS = `SELECT * FROM (
    SELECT (SELECT digest FROM content WHERE id = m.content_id) AS digest,
      (SELECT name FROM media_type WHERE id = m.media_type_id) AS media_type, m.size,
      (SELECT name FROM media_type WHERE id = COALESCE(m.artifact_type_id, m.config_media_type_id)) AS artifact_type, m.annotations
    FROM manifest m WHERE m.subject_content_id = (SELECT id FROM content WHERE digest = $2)
      AND m.repository_id = ${REPOSITORY} AND m.deleted_at IS NULL) AS referrer
  WHERE digest > $3`;
const REFERRERS_ALL = `${REFERRERS} ORDER BY digest LIMIT $4`;
const REFERRERS_OF_TYPE = `${REFERRERS} AND artifact_type = $5 ORDER BY digest LIMIT $4`;

export async function listReferrers(
  x: Executor,
  repository: RepositoryName,
  digest: Digest,
  page: Page & { readonly artifactType?: string | undefined },
): Promise<Referrer[]> {
  const common = [repository, digest, page.after ?? "", page.limit];
  const rows =
    page.artifactType === undefined
      ? await x.query<ReferrerRow>(REFERRERS_ALL, common)
      : await x.query<ReferrerRow>(REFERRERS_OF_TYPE, [...common, page.artifactType]);
  return rows.map((row) => ({
    digest: row.digest,
    mediaType: row.media_type,
    size: row.size,
    artifactType: row.artifact_type ?? undefined,
    annotations: row.annotations === null ? {} : JSON.parse(row.annotations),
  }));
}

interface EdgeRow {
  readonly kind: number;
  readonly position: number;
  readonly digest: Digest;
  readonly size: number;
  readonly media_type: string;
  readonly artifact_type: string | null;
  readonly platform: string | null;
}

const EDGES = `SELECT e.kind, e.position, (SELECT digest FROM content WHERE id = e.content_id) AS digest, e.size,
    (SELECT name FROM media_type WHERE id = e.media_type_id) AS media_type,
    (SELECT name FROM media_type WHERE id = e.artifact_type_id) AS artifact_type, e.platform
  FROM manifest_edge e WHERE e.manifest_id = (SELECT m.id FROM manifest m WHERE m.repository_id = ${REPOSITORY}
    AND m.content_id = (SELECT id FROM content WHERE digest = $2) AND m.deleted_at IS NULL)
  ORDER BY e.position`;

export async function edges(x: Executor, repository: RepositoryName, digest: Digest): Promise<Edge[]> {
  const rows = await x.query<EdgeRow>(EDGES, [repository, digest]);
  return rows.map((row) => ({
    kind: edgeKind(row.kind),
    position: row.position,
    digest: row.digest,
    size: row.size,
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    platform: row.platform === null ? undefined : JSON.parse(row.platform),
  }));
}
