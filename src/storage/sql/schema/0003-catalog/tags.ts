import type { StepDatabase } from "../migration.ts";
import { classifyTag } from "./classify-tag.ts";
import { INDEX, TAG_CLASS, TAG_OPERATION } from "./codes.ts";

/** Tags that are described in one statement. */
const CHUNK = 5000;

interface TagRow {
  readonly repository_id: number;
  readonly name: string;
  readonly kind: number;
}

/** Gives the tags of an older database class, version and what their history says. */
export async function describeTags(x: StepDatabase): Promise<void> {
  let [repository, name] = [0, ""];
  for (;;) {
    const rows = await x.query<TagRow>(
      `SELECT repository_id, name, (SELECT kind FROM manifest WHERE id = tag.manifest_id) AS kind FROM tag
        WHERE (repository_id, name) > ($1, $2) ORDER BY repository_id, name LIMIT ${CHUNK}`,
      [repository, name],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    await describeChunk(x, rows);
    [repository, name] = [last.repository_id, last.name];
  }
}

async function describeChunk(x: StepDatabase, rows: readonly TagRow[]): Promise<void> {
  const described = rows.map((row) => {
    const { class: named, versionKey, prerelease } = classifyTag(row.name, row.kind === INDEX);
    return { repository: row.repository_id, name: row.name, class: TAG_CLASS[named], key: versionKey, prerelease: prerelease ? 1 : 0 };
  });
  const history = `tag_event e WHERE e.repository_id = tag.repository_id AND e.tag = tag.name AND e.operation`;
  const { create, move } = TAG_OPERATION;
  const objects = x.dialect.name === "sqlite" ? "json_each($1)" : "json_array_elements(CAST(CAST($1 AS TEXT) AS JSON)) AS elements(value)";
  await x.query(
    `UPDATE tag SET class = described.class, version_key = described.key, prerelease = described.prerelease,
       created_at = COALESCE((SELECT MAX(e.at) FROM ${history} = ${create}), tag.updated_at),
       moves = (SELECT COUNT(*) FROM ${history} = ${move} AND e.id > COALESCE((SELECT MAX(e.id) FROM ${history} = ${create}), 0))
      FROM (SELECT CAST(value->>'repository' AS BIGINT) AS repository_id, value->>'name' AS name, CAST(value->>'class' AS SMALLINT) AS class,
                   value->>'key' AS key, CAST(value->>'prerelease' AS SMALLINT) AS prerelease FROM ${objects}) AS described
     WHERE tag.repository_id = described.repository_id AND tag.name = described.name`,
    [JSON.stringify(described)],
  );
}
