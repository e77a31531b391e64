import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { CHILD_EDGE } from "../engine/codes.ts";
import type { Executor } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const MANIFEST = sql`m.repository_id = (SELECT id FROM repository WHERE name = ${"repository"})
  AND m.content_id = (SELECT id FROM content WHERE digest = ${"digest"})`;

const TYPES = rowsOf({ name: tables.media_type.name })`SELECT name FROM media_type WHERE id IN (
    SELECT m.type_id FROM manifest m WHERE ${MANIFEST}
    UNION
    SELECT c.type_id FROM manifest m JOIN manifest_edge e ON e.manifest_id = m.id AND e.kind = ${CHILD_EDGE}
        JOIN manifest c ON c.repository_id = m.repository_id AND c.content_id = e.content_id WHERE ${MANIFEST})
  ORDER BY name`;

export async function typesOf(x: Executor, repository: RepositoryName, digest: Digest): Promise<string[]> {
  return (await x.query(TYPES, { repository, digest })).map(({ name }) => name);
}
