import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import { type Awaitable, after } from "../../awaitable.ts";
import type { Edge, ManifestRecord, Referrer } from "../../metadata/manifests.ts";
import type { Page } from "../../metadata/records.ts";
import { TELL, TOLD } from "../accounts/rights.ts";
import { CHILD_EDGE, edgeKind } from "../engine/codes.ts";
import { names, orNull, type Row } from "../engine/columns.ts";
import { askOne, type Executor, queryOne } from "../engine/executor.ts";
import { digestOf, mediaTypeOf } from "../engine/names-of.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { content, manifest, manifest_body, manifest_edge, media_type } = tables;

const MANIFEST = { digest: content.digest, media_type: media_type.name, body: manifest_body.body, untagged_at: manifest.untagged_at, ...TOLD };

const REPOSITORY = sql`(SELECT id FROM repository WHERE name = ${"repository"})`;
const CONTENT = sql`(SELECT id FROM content WHERE digest = ${"digest"})`;

const SELECT = sql`SELECT ${digestOf("m.content_id")} AS digest, ${mediaTypeOf("m.media_type_id")} AS media_type,
    (SELECT body FROM manifest_body WHERE content_id = m.content_id) AS body, m.untagged_at, ${TELL} FROM manifest m`;

const BY_TAG = rowsOf(MANIFEST, () => sql`${SELECT} WHERE m.id = (SELECT manifest_id FROM tag WHERE repository_id = ${REPOSITORY} AND name = ${"tag"})`);
const BY_DIGEST = rowsOf(MANIFEST, () => sql`${SELECT} WHERE m.repository_id = ${REPOSITORY} AND m.content_id = ${CONTENT} AND m.deleted_at IS NULL`);

const BODY = rowsOf({ body: manifest_body.body }, () => sql`SELECT body FROM manifest_body WHERE content_id = ${CONTENT}`);

export function manifestByTag(x: Executor, repository: RepositoryName, tag: Tag): Awaitable<ManifestRecord | undefined> {
  return after(askOne(x, BY_TAG, { repository, tag }), toManifest);
}

export function manifestByDigest(x: Executor, repository: RepositoryName, digest: Digest): Awaitable<ManifestRecord | undefined> {
  return after(askOne(x, BY_DIGEST, { repository, digest }), toManifest);
}

function toManifest(row: Row<typeof MANIFEST> | undefined): ManifestRecord | undefined {
  if (row === undefined) return undefined;
  return { digest: row.digest, mediaType: row.media_type, size: row.body.length, body: row.body, untagged: row.untagged_at !== null };
}

/** Body of a stored manifest whatever repository has it. */
export async function manifestBody(x: Executor, digest: Digest): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const row = await queryOne(x, BODY, { digest });
  return row?.body;
}

const REFERRER = {
  digest: orNull(content.digest),
  media_type: orNull(media_type.name),
  size: orNull(manifest.size),
  artifact_type: orNull(media_type.name),
  annotations: manifest.annotations,
};

/** Sorted in the statement: a subject has few referrers in comparison with what a page may hold. One row without any tells the rights. */
const REFERRERS = sql`SELECT ${names(REFERRER)}, ${TELL} FROM (SELECT 1 AS only) AS once LEFT JOIN (
    SELECT ${digestOf("m.content_id")} AS digest, ${mediaTypeOf("m.media_type_id")} AS media_type, m.size,
      ${mediaTypeOf(sql`COALESCE(m.artifact_type_id, m.config_media_type_id)`)} AS artifact_type, m.annotations
    FROM manifest m WHERE m.subject_content_id = ${CONTENT} AND m.repository_id = ${REPOSITORY} AND m.deleted_at IS NULL) AS referrer
  ON digest > ${"after"}`;
const ALL_REFERRERS = rowsOf({ ...REFERRER, ...TOLD }, () => sql`${REFERRERS} ORDER BY digest LIMIT ${"limit"}`);
const REFERRERS_OF_TYPE = rowsOf({ ...REFERRER, ...TOLD }, () => sql`${REFERRERS} AND artifact_type = ${"type"} ORDER BY digest LIMIT ${"limit"}`);

export function listReferrers(
  x: Executor,
  repository: RepositoryName,
  digest: Digest,
  page: Page & { readonly artifactType?: string | undefined },
): Awaitable<Referrer[]> {
  const { after: last = "", limit, artifactType: type } = page;
  const common = { repository, digest, after: last, limit };
  const asked = type === undefined ? x.ask(ALL_REFERRERS, common) : x.ask(REFERRERS_OF_TYPE, { ...common, type });
  return after(asked, (rows) => rows.flatMap(toReferrer));
}

function toReferrer({ digest, media_type: mediaType, size, artifact_type: artifactType, annotations }: Row<typeof REFERRER>): Referrer[] {
  if (digest === null || mediaType === null || size === null) return [];
  return [{ digest, mediaType, size, artifactType: artifactType ?? undefined, annotations: annotations === null ? {} : JSON.parse(annotations) }];
}

const EDGES = rowsOf(
  {
    kind: manifest_edge.kind,
    position: manifest_edge.position,
    digest: content.digest,
    size: manifest_edge.size,
    media_type: media_type.name,
    artifact_type: orNull(media_type.name),
    platform: manifest_edge.platform,
  },
  () => sql`SELECT e.kind, e.position, ${digestOf("e.content_id")} AS digest, e.size, ${mediaTypeOf("e.media_type_id")} AS media_type,
    ${mediaTypeOf("e.artifact_type_id")} AS artifact_type, e.platform
  FROM manifest_edge e WHERE e.manifest_id = (SELECT m.id FROM manifest m WHERE m.repository_id = ${REPOSITORY}
    AND m.content_id = ${CONTENT} AND m.deleted_at IS NULL)
  ORDER BY e.position`,
);

export async function edges(x: Executor, repository: RepositoryName, digest: Digest): Promise<Edge[]> {
  const rows = await x.query(EDGES, { repository, digest });
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

const HERE = sql`m.repository_id = ${REPOSITORY} AND m.content_id = ${CONTENT}`;

const TYPES = rowsOf(
  { name: tables.media_type.name },
  () => sql`SELECT name FROM media_type WHERE id IN (
    SELECT m.type_id FROM manifest m WHERE ${HERE}
    UNION
    SELECT c.type_id FROM manifest m JOIN manifest_edge e ON e.manifest_id = m.id AND e.kind = ${CHILD_EDGE}
        JOIN manifest c ON c.repository_id = m.repository_id AND c.content_id = e.content_id WHERE ${HERE})
  ORDER BY name`,
);

export async function typesOf(x: Executor, repository: RepositoryName, digest: Digest): Promise<string[]> {
  return (await x.query(TYPES, { repository, digest })).map(({ name }) => name);
}
