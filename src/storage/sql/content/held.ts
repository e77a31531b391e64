import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { HeldContent } from "../../metadata/catalog/graph.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { repository: repositories, content, manifest } = tables;

const OWNER = rowsOf(
  { id: repositories.id, deleted_at: repositories.deleted_at },
  () => sql`SELECT id, deleted_at FROM repository WHERE name = ${"repository"}`,
);

const MANIFESTS = rowsOf(
  {
    digest: content.digest,
    media_type: tables.media_type.name,
    size: manifest.size,
    deleted_at: manifest.deleted_at,
  },
  () => sql`SELECT asked.value AS digest, (SELECT name FROM media_type WHERE id = m.media_type_id) AS media_type, m.size, m.deleted_at
  FROM (SELECT value FROM ${strings("digests")}) AS asked CROSS JOIN manifest m
  WHERE m.repository_id = ${"repository"} AND m.content_id = (SELECT id FROM content WHERE digest = asked.value)`,
);

const BLOBS = rowsOf(
  { digest: content.digest, size: content.size },
  () => sql`SELECT c.digest, c.size
  FROM (SELECT value FROM ${strings("digests")}) AS asked CROSS JOIN content c
  WHERE c.digest = asked.value AND EXISTS (SELECT 1 FROM blob_link WHERE repository_id = ${"repository"} AND content_id = c.id)`,
);

/** What is both, a manifest and a blob, is named as a manifest. Of a repository that was deleted only manifests can come back. */
export async function heldContent(x: Executor, repository: RepositoryName, digests: readonly Digest[]): Promise<HeldContent[]> {
  if (digests.length === 0) return [];
  const owner = await queryOne(x, OWNER, { repository });
  if (owner === undefined) return [];
  const { id, deleted_at: gone } = owner;
  const parameters = { digests: JSON.stringify([...new Set(digests)]), repository: id };
  const manifests = await x.query(MANIFESTS, parameters);
  const blobs = gone !== null ? [] : await x.query(BLOBS, parameters);
  const held = new Map<Digest, HeldContent>();
  for (const { digest, size } of blobs) held.set(digest, { digest, kind: "blob", mediaType: undefined, size, deleted: false });
  for (const row of manifests) {
    held.set(row.digest, {
      digest: row.digest,
      kind: "manifest",
      mediaType: row.media_type,
      size: row.size,
      deleted: row.deleted_at !== null || gone !== null,
    });
  }
  return [...held.values()];
}
