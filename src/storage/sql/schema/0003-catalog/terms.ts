import { TAG_CLASS, TERM_KIND } from "./codes.ts";

const CLASS = `CASE class ${Object.entries(TAG_CLASS)
  .map(([name, code]) => `WHEN ${code} THEN '${name}'`)
  .join(" ")} END`;
const SIGNATURES = `tag WHERE class = ${TAG_CLASS.attachment} AND name LIKE '%.sig'`;
const NAMESPACE = "(SELECT n.name FROM namespace n WHERE n.id = (SELECT p.namespace_id FROM project p WHERE p.id = r.project_id))";
const PROJECT = `${NAMESPACE} || '/' || (SELECT p.name FROM project p WHERE p.id = r.project_id)`;

/** Terms of repositories as `repository_id, kind, name`, a row for each use. */
const USES = `SELECT repository_id, CAST(${TERM_KIND.class} AS SMALLINT) AS kind, ${CLASS} AS name FROM tag
  UNION ALL SELECT repository_id, CAST(${TERM_KIND.signed} AS SMALLINT), 'true' FROM ${SIGNATURES}
  UNION ALL SELECT r.id, CAST(${TERM_KIND.namespace} AS SMALLINT), ${NAMESPACE} FROM repository r
  UNION ALL SELECT r.id, CAST(${TERM_KIND.project} AS SMALLINT), ${PROJECT} FROM repository r`;

/** The type of the oldest tag that counts and has one. */
const FIRST_TYPE = `(SELECT m.type_id FROM tag g JOIN manifest m ON m.id = g.manifest_id
  WHERE g.repository_id = repository.id AND g.class IN (${TAG_CLASS.semver}, ${TAG_CLASS.floating}, ${TAG_CLASS.opaque}) AND m.type_id IS NOT NULL
  ORDER BY g.created_at, g.name LIMIT 1)`;

/** Counters and terms of the repositories of an older database, once their tags are described. */
export const TAGGED: readonly string[] = [
  `UPDATE repository SET tag_count = (SELECT COUNT(*) FROM tag WHERE repository_id = repository.id),
     version_count = (SELECT COUNT(*) FROM tag WHERE repository_id = repository.id AND class = ${TAG_CLASS.semver}),
     manifest_count = (SELECT COUNT(*) FROM manifest WHERE repository_id = repository.id AND deleted_at IS NULL),
     content_type_id = ${FIRST_TYPE}`,
  `INSERT INTO term (kind, name) SELECT DISTINCT kind, name FROM (${USES}) AS used`,
  `INSERT INTO repository_term (repository_id, kind, term_id, uses)
     SELECT used.repository_id, used.kind, term.id, COUNT(*) FROM (${USES}) AS used JOIN term ON term.kind = used.kind AND term.name = used.name
      GROUP BY used.repository_id, used.kind, term.id`,
];
