import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import type { Edge, Page, Referrer, StoredManifest } from "../metadata-store.ts";
import { edgeKind } from "./codes.ts";
import { type Executor, queryOne } from "./executor.ts";

interface ManifestRow {
  readonly digest: Digest;
  readonly media_type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly untagged_at: number | null;
}

const MANIFEST_COLUMNS = "c.digest, t.name AS media_type, b.body, m.untagged_at";
const MANIFEST_JOINS = `JOIN content c ON c.id = m.content_id JOIN media_type t ON t.id = m.media_type_id
  JOIN manifest_body b ON b.content_id = m.content_id`;

const BY_TAG = `SELECT ${MANIFEST_COLUMNS} FROM repository r JOIN tag g ON g.repository_id = r.id AND g.name = $2
  JOIN manifest m ON m.id = g.manifest_id ${MANIFEST_JOINS} WHERE r.name = $1`;

const BY_DIGEST = `SELECT ${MANIFEST_COLUMNS} FROM repository r JOIN manifest m ON m.repository_id = r.id
  ${MANIFEST_JOINS} WHERE r.name = $1 AND c.digest = $2 AND m.deleted_at IS NULL`;

export async function manifestByTag(x: Executor, repository: RepositoryName, tag: Tag): Promise<StoredManifest | undefined> {
  return toManifest(await queryOne<ManifestRow>(x, BY_TAG, [repository, tag]));
}

export async function manifestByDigest(x: Executor, repository: RepositoryName, digest: Digest): Promise<StoredManifest | undefined> {
  return toManifest(await queryOne<ManifestRow>(x, BY_DIGEST, [repository, digest]));
}

function toManifest(row: ManifestRow | undefined): StoredManifest | undefined {
  if (row === undefined) return undefined;
  return { digest: row.digest, mediaType: row.media_type, size: row.body.length, body: row.body, untagged: row.untagged_at !== null };
}

/** Body of a stored manifest whatever repository has it. */
export async function manifestBody(x: Executor, digest: Digest): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const row = await queryOne<{ body: Uint8Array<ArrayBuffer> }>(
    x,
    "SELECT b.body FROM content c JOIN manifest_body b ON b.content_id = c.id WHERE c.digest = $1",
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

const REFERRERS = `SELECT c.digest, t.name AS media_type, m.size, a.name AS artifact_type, m.annotations
  FROM repository r JOIN content s ON s.digest = $2
  JOIN manifest m ON m.subject_content_id = s.id AND m.repository_id = r.id AND m.deleted_at IS NULL
  JOIN content c ON c.id = m.content_id JOIN media_type t ON t.id = m.media_type_id
  LEFT JOIN media_type a ON a.id = COALESCE(m.artifact_type_id, m.config_media_type_id)
  WHERE r.name = $1 AND c.digest > $3`;
const REFERRERS_ALL = `${REFERRERS} ORDER BY c.digest LIMIT $4`;
const REFERRERS_OF_TYPE = `${REFERRERS} AND a.name = $5 ORDER BY c.digest LIMIT $4`;

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

const EDGES = `SELECT e.kind, e.position, c.digest, e.size, t.name AS media_type, a.name AS artifact_type, e.platform
  FROM repository r JOIN content mc ON mc.digest = $2
  JOIN manifest m ON m.repository_id = r.id AND m.content_id = mc.id AND m.deleted_at IS NULL
  JOIN manifest_edge e ON e.manifest_id = m.id JOIN content c ON c.id = e.content_id
  JOIN media_type t ON t.id = e.media_type_id LEFT JOIN media_type a ON a.id = e.artifact_type_id
  WHERE r.name = $1 ORDER BY e.position`;

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
