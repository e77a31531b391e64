import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { HeldContent } from "../../metadata/catalog/graph.ts";
import { type Executor, queryOne } from "../engine/executor.ts";

interface ManifestRow {
  readonly digest: Digest;
  readonly media_type: string;
  readonly size: number;
  readonly deleted_at: number | null;
}

/** What is both, a manifest and a blob, is named as a manifest. Of a repository that was deleted only manifests can come back. */
export async function heldContent(x: Executor, repository: RepositoryName, digests: readonly Digest[]): Promise<HeldContent[]> {
  if (digests.length === 0) return [];
  const owner = await queryOne<{ id: number; deleted_at: number | null }>(x, "SELECT id, deleted_at FROM repository WHERE name = $1", [repository]);
  if (owner === undefined) return [];
  const { id, deleted_at: gone } = owner;
  const parameters = [JSON.stringify([...new Set(digests)]), id];
  const manifests = await x.query<ManifestRow>(
    `SELECT asked.value AS digest, (SELECT name FROM media_type WHERE id = m.media_type_id) AS media_type, m.size, m.deleted_at
       FROM (SELECT value FROM ${x.dialect.strings("$1")}) AS asked CROSS JOIN manifest m
      WHERE m.repository_id = $2 AND m.content_id = (SELECT id FROM content WHERE digest = asked.value)`,
    parameters,
  );
  const blobs =
    gone !== null
      ? []
      : await x.query<{ digest: Digest; size: number }>(
          `SELECT c.digest, c.size FROM (SELECT value FROM ${x.dialect.strings("$1")}) AS asked CROSS JOIN content c
      WHERE c.digest = asked.value AND EXISTS (SELECT 1 FROM blob_link WHERE repository_id = $2 AND content_id = c.id)`,
          parameters,
        );
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
