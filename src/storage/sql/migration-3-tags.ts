import type { Tag } from "../../oci/tag.ts";
import { classifyTag, TAG_CLASSES } from "../../oci/tag-class.ts";
import { versionKey } from "../../oci/version.ts";
import { tagClassCode } from "./catalog-codes.ts";
import { MANIFEST_KIND, tagOperationCode } from "./codes.ts";
import type { Executor } from "./executor.ts";
import { firstType } from "./tally.ts";
import { termKindCode } from "./terms.ts";

/** Tags that are described in one statement. */
const CHUNK = 5000;

interface TagRow {
  readonly repository_id: number;
  readonly name: Tag;
  readonly kind: number;
}

/** Gives the tags of an older database class, version and what their history says. */
export async function describeTags(x: Executor): Promise<void> {
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

async function describeChunk(x: Executor, rows: readonly TagRow[]): Promise<void> {
  const described = rows.map((row) => {
    const { class: named, version, prerelease } = classifyTag(row.name, row.kind === MANIFEST_KIND.index ? "index" : "image");
    const key = version === undefined ? null : versionKey(version);
    return { repository: row.repository_id, name: row.name, class: tagClassCode(named), key, prerelease: prerelease ? 1 : 0 };
  });
  const history = `tag_event e WHERE e.repository_id = tag.repository_id AND e.tag = tag.name AND e.operation`;
  const created = tagOperationCode("create");
  await x.query(
    `UPDATE tag SET class = described.class, version_key = described.key, prerelease = described.prerelease,
       created_at = COALESCE((SELECT MAX(e.at) FROM ${history} = ${created}), tag.updated_at),
       moves = (SELECT COUNT(*) FROM ${history} = ${tagOperationCode("move")} AND e.id > COALESCE((SELECT MAX(e.id) FROM ${history} = ${created}), 0))
      FROM (SELECT CAST(value->>'repository' AS BIGINT) AS repository_id, value->>'name' AS name, CAST(value->>'class' AS SMALLINT) AS class,
                   value->>'key' AS key, CAST(value->>'prerelease' AS SMALLINT) AS prerelease FROM ${x.dialect.objects("$1")}) AS described
     WHERE tag.repository_id = described.repository_id AND tag.name = described.name`,
    [JSON.stringify(described)],
  );
}

const CLASS = `CASE class ${TAG_CLASSES.map((name) => `WHEN ${tagClassCode(name)} THEN '${name}'`).join(" ")} END`;
const SIGNATURES = `tag WHERE class = ${tagClassCode("attachment")} AND name LIKE '%.sig'`;
const NAMESPACE = "(SELECT n.name FROM namespace n WHERE n.id = (SELECT p.namespace_id FROM project p WHERE p.id = r.project_id))";
const PROJECT = `${NAMESPACE} || '/' || (SELECT p.name FROM project p WHERE p.id = r.project_id)`;

/** Terms of repositories as `repository_id, kind, name`, a row for each use. */
const USES = `SELECT repository_id, CAST(${termKindCode("class")} AS SMALLINT) AS kind, ${CLASS} AS name FROM tag
  UNION ALL SELECT repository_id, CAST(${termKindCode("signed")} AS SMALLINT), 'true' FROM ${SIGNATURES}
  UNION ALL SELECT r.id, CAST(${termKindCode("namespace")} AS SMALLINT), ${NAMESPACE} FROM repository r
  UNION ALL SELECT r.id, CAST(${termKindCode("project")} AS SMALLINT), ${PROJECT} FROM repository r`;

/** Counters and terms of the repositories of an older database, once their tags are described. */
export const TAGGED: readonly string[] = [
  `UPDATE repository SET tag_count = (SELECT COUNT(*) FROM tag WHERE repository_id = repository.id),
     version_count = (SELECT COUNT(*) FROM tag WHERE repository_id = repository.id AND class = ${tagClassCode("semver")}),
     manifest_count = (SELECT COUNT(*) FROM manifest WHERE repository_id = repository.id AND deleted_at IS NULL),
     content_type_id = ${firstType("repository.id")}`,
  `INSERT INTO term (kind, name) SELECT DISTINCT kind, name FROM (${USES}) AS used`,
  `INSERT INTO repository_term (repository_id, kind, term_id, uses)
     SELECT used.repository_id, used.kind, term.id, COUNT(*) FROM (${USES}) AS used JOIN term ON term.kind = used.kind AND term.name = used.name
      GROUP BY used.repository_id, used.kind, term.id`,
];
