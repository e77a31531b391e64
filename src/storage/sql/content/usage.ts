import type { Usage } from "../../metadata/collection.ts";
import { CONTENT } from "../engine/codes.ts";
import { integer } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { rowsOf } from "../engine/statement.ts";

const USAGE = rowsOf({ repositories: integer, manifests: integer, tags: integer, uploads: integer, blobs: integer, stored_bytes: integer })`SELECT
    (SELECT COUNT(*) FROM repository WHERE deleted_at IS NULL AND listed = 1) AS repositories,
    (SELECT COUNT(*) FROM manifest WHERE deleted_at IS NULL) AS manifests,
    (SELECT COUNT(*) FROM tag) AS tags,
    (SELECT COUNT(*) FROM upload_session) AS uploads,
    COUNT(*) AS blobs, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS stored_bytes
  FROM content WHERE state IN (${CONTENT.unlinked}, ${CONTENT.linked})`;

export async function usage(x: Executor): Promise<Usage> {
  const row = await queryOne(x, USAGE);
  if (row === undefined) throw new Error("the metadata database gave no answer");
  const { stored_bytes: storedBytes, ...counts } = row;
  return { ...counts, storedBytes };
}
