import type { Digest } from "../../oci/digest.ts";
import type { ManifestPut, ManifestPutResult } from "../metadata-store.ts";
import { appendAudit } from "./audit.ts";
import { missingBlobs } from "./blobs.ts";
import { edgeKindCode, MANIFEST_KIND } from "./codes.ts";
import { internDigests, internMediaTypes } from "./content.ts";
import { type Executor, queryOne } from "./executor.ts";
import { bumpRevision, compareText, ensureRepository, lockRepository } from "./repositories.ts";
import { pointTag } from "./tags.ts";

export async function putManifest(x: Executor, put: ManifestPut): Promise<ManifestPutResult> {
  // The lock comes before the look at the blobs: from here on nobody removes them.
  const known = await lockRepository(x, put.repository);
  const required = put.edges.filter((edge) => edge.required).map((edge) => edge.digest);
  const missing = await missingBlobs(x, known, required);
  if (missing.length > 0) return { outcome: "missing", digests: missing };

  const repository = known ?? (await createLocked(x, put));
  const { id, created, changed } = await storeManifest(x, repository, put);
  await appendAudit(x, [
    { at: put.now, actor: put.actor, action: "manifest.push", repository: put.repository, digest: put.digest, detail: { created, mediaType: put.mediaType } },
  ]);
  let retagged = false;
  for (const tag of [...new Set(put.tags)].sort(compareText)) {
    retagged = (await pointTag(x, repository, put, tag, { id, digest: put.digest })) || retagged;
  }
  if (created || changed || retagged) await bumpRevision(x, repository, put.now);
  return { outcome: "stored", created, warnings: [] };
}

async function createLocked(x: Executor, { repository, now }: ManifestPut): Promise<number> {
  const id = await ensureRepository(x, repository, now);
  await lockRepository(x, repository);
  return id;
}

/** The manifest's row, new or as it was; `created` also when a deleted one came back. */
async function storeManifest(x: Executor, repository: number, put: ManifestPut): Promise<{ id: number; created: boolean; changed: boolean }> {
  const subject = put.subject === undefined ? [] : [put.subject];
  const contents = await internDigests(x, [put.digest, ...subject, ...put.edges.map((edge) => edge.digest)]);
  const types = await internMediaTypes(x, mediaTypesOf(put));
  const content = idOf(contents, put.digest);
  await storeBody(x, content, put.body);
  const mediaType = idOf(types, put.mediaType);
  const before = await queryOne<{ id: number; media_type_id: number; deleted_at: number | null }>(
    x,
    "SELECT id, media_type_id, deleted_at FROM manifest WHERE repository_id = $1 AND content_id = $2",
    [repository, content],
  );
  if (before !== undefined) {
    await x.query("UPDATE manifest SET media_type_id = $2, deleted_at = NULL, untagged_at = NULL WHERE id = $1", [before.id, mediaType]);
    if (before.deleted_at === null) return { id: before.id, created: false, changed: before.media_type_id !== mediaType };
    await x.query("UPDATE manifest SET pushed_at = $2, pushed_by = $3 WHERE id = $1", [before.id, put.now, put.actor.subject]);
    return { id: before.id, created: true, changed: true };
  }
  const row = await queryOne<{ id: number }>(
    x,
    `INSERT INTO manifest (repository_id, content_id, kind, size, media_type_id, artifact_type_id, config_media_type_id,
       subject_content_id, annotations, pushed_at, pushed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
    [
      repository,
      content,
      MANIFEST_KIND[put.kind],
      put.body.length,
      mediaType,
      put.artifactType === undefined ? null : idOf(types, put.artifactType),
      put.configMediaType === undefined ? null : idOf(types, put.configMediaType),
      put.subject === undefined ? null : idOf(contents, put.subject),
      Object.keys(put.annotations).length === 0 ? null : JSON.stringify(put.annotations),
      put.now,
      put.actor.subject,
    ],
  );
  if (row === undefined) throw new Error(`the manifest ${put.digest} could not be stored`);
  await storeEdges(x, repository, row.id, put, contents, types);
  return { id: row.id, created: true, changed: true };
}

function mediaTypesOf(put: ManifestPut): string[] {
  const types = [put.mediaType, put.artifactType, put.configMediaType, ...put.edges.flatMap((edge) => [edge.mediaType, edge.artifactType])];
  return types.filter((type) => type !== undefined);
}

/** The row of the content is locked first, so that a collector does not take the body away as that of nobody. */
async function storeBody(x: Executor, content: number, body: Uint8Array): Promise<void> {
  if (x.dialect.lock !== "") await x.query(`SELECT id FROM content WHERE id = $1${x.dialect.lock}`, [content]);
  await x.query("INSERT INTO manifest_body (content_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING", [content, body]);
}

async function storeEdges(
  x: Executor,
  repository: number,
  manifest: number,
  put: ManifestPut,
  contents: ReadonlyMap<Digest, number>,
  types: ReadonlyMap<string, number>,
): Promise<void> {
  if (put.edges.length === 0) return;
  const edges = put.edges.map((edge) => ({
    content: idOf(contents, edge.digest),
    kind: edgeKindCode(edge.kind),
    size: edge.size,
    media: idOf(types, edge.mediaType),
    artifact: edge.artifactType === undefined ? null : idOf(types, edge.artifactType),
    // Text within the JSON, so that no escape in it (\u0000) is ever decoded by the database.
    platform: edge.platform === undefined ? null : JSON.stringify(edge.platform),
  }));
  const elements = x.dialect.objects("$3");
  const integer = (field: string): string => `CAST(value->>'${field}' AS BIGINT)`;
  const rows = edges.map((edge, position) => ({ ...edge, position }));
  await x.query(
    `INSERT INTO manifest_edge (manifest_id, position, repository_id, content_id, kind, size, media_type_id, artifact_type_id, platform)
     SELECT CAST($1 AS BIGINT), ${integer("position")}, CAST($2 AS BIGINT), ${integer("content")}, ${integer("kind")}, ${integer("size")},
            ${integer("media")}, ${integer("artifact")}, value->>'platform' FROM ${elements}`,
    [manifest, repository, JSON.stringify(rows)],
  );
  await x.query(
    `UPDATE blob_link SET loose = 0 WHERE repository_id = $1 AND loose = 1
        AND content_id IN (SELECT content_id FROM manifest_edge WHERE manifest_id = $2)`,
    [repository, manifest],
  );
}

function idOf<K>(ids: ReadonlyMap<K, number>, key: K): number {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`no row was found for '${key}'`);
  return id;
}
