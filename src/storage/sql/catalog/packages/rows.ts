import type { RepositoryName } from "../../../../oci/name.ts";
import { parseVersion } from "../../../../oci/version.ts";
import type { PackageRow } from "../../../metadata/catalog/packages.ts";
import { tagClassCode, visibility } from "../../engine/codes.ts";
import { integer, names, orNull, type Row } from "../../engine/columns.ts";
import { type Executor, queryOne } from "../../engine/executor.ts";
import { mediaTypeOf } from "../../engine/names-of.ts";
import { field, idTable, integerField, objects } from "../../engine/parameters.ts";
import { join, sql } from "../../engine/sql.ts";
import { rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";
import { termKindCode } from "../../repositories/terms.ts";
import { toDescription, toPolicies } from "../declared.ts";

const { content, manifest, media_type, namespace, project: projects, repository, tag, term } = tables;

/** Tags changed last that are looked through for one that is no attachment. */
const RECENT = 20;

const NO_PACKAGE = join([tagClassCode("referrers"), tagClassCode("attachment")]);

const VERSION = sql`SELECT name FROM tag WHERE repository_id = r.id AND version_key IS NOT NULL`;
const HIGHEST = sql`ORDER BY version_key DESC, name DESC LIMIT 1`;
const LAST_CHANGED = sql`ORDER BY updated_at DESC, name DESC`;

const LATEST = sql`COALESCE(
  (${VERSION} AND prerelease = 0 ${HIGHEST}),
  (${VERSION} ${HIGHEST}),
  (SELECT name FROM (SELECT name, class, updated_at FROM tag WHERE repository_id = r.id ${LAST_CHANGED} LIMIT ${RECENT}) AS recent
    WHERE class NOT IN (${NO_PACKAGE}) ${LAST_CHANGED} LIMIT 1),
  (SELECT name FROM tag WHERE repository_id = r.id ${LAST_CHANGED} LIMIT 1))`;

const { id, name, description, labels, owner, title, tag_count, version_count, manifest_count, pulls, created_at, updated_at, project_id } = repository;
const COLUMNS = { id, name, description, labels, owner, title, tag_count, version_count, manifest_count, pulls, created_at, updated_at, project_id };
const PACKAGE = {
  ...COLUMNS,
  content_type: orNull(media_type.name),
  declared_type: orNull(media_type.name),
  signed: orNull(integer),
  latest: orNull(tag.name),
};
type Package = Row<typeof PACKAGE>;

const PACKAGES = rowsOf(
  PACKAGE,
  () => sql`SELECT ${names(COLUMNS, "r")},
    ${mediaTypeOf(sql`COALESCE(r.declared_type_id, r.content_type_id)`)} AS content_type, ${mediaTypeOf("r.declared_type_id")} AS declared_type,
    (SELECT 1 FROM repository_term WHERE repository_id = r.id AND kind = ${termKindCode("signed")} LIMIT 1) AS signed, ${LATEST} AS latest
  FROM ${idTable("ids", "page")} CROSS JOIN repository r WHERE r.id = page.id`,
);

const { visibility: project_visibility, type_policy, version_policy, dependents_policy } = projects;
const PROJECT_COLUMNS = { id: projects.id, name: projects.name, visibility: project_visibility, type_policy, version_policy, dependents_policy };
const PROJECT = { ...PROJECT_COLUMNS, namespace: namespace.name };
type Project = Row<typeof PROJECT>;

const PROJECTS = rowsOf(
  PROJECT,
  () => sql`SELECT ${names(PROJECT_COLUMNS, "p")}, (SELECT name FROM namespace WHERE id = p.namespace_id) AS namespace
  FROM ${idTable("ids", "page")} CROSS JOIN project p WHERE p.id = page.id`,
);

/** Platforms that one row shows at most. */
const SHOWN = 50;

const PLATFORM = termKindCode("platform");
const PLATFORMS = rowsOf(
  { id, name: term.name },
  () => sql`SELECT page.id, t.name FROM ${idTable("ids", "page")} CROSS JOIN repository_term u CROSS JOIN term t
  WHERE u.repository_id = page.id AND u.kind = ${PLATFORM} AND t.id = u.term_id
    AND u.term_id IN (SELECT term_id FROM repository_term WHERE repository_id = page.id AND kind = ${PLATFORM} ORDER BY term_id LIMIT ${SHOWN})`,
);

/** What a latest tag points to: `description` is what the artifact says of itself. */
const TARGET = { id: tag.repository_id, digest: content.digest, description: manifest.description };
type Target = Row<typeof TARGET>;

const TARGETS = rowsOf(
  TARGET,
  () => sql`SELECT t.repository_id AS id, c.digest, m.description FROM ${objects("tags")}
  JOIN tag t ON t.repository_id = ${integerField("id")} AND t.name = ${field("tag")}
  JOIN manifest m ON m.id = t.manifest_id JOIN content c ON c.id = m.content_id`,
);

const LISTED = rowsOf({ id }, () => sql`SELECT id FROM repository WHERE name = ${"name"} AND deleted_at IS NULL AND listed = 1`);

/** Rows of packages in the order of the numbers. A page's worth: each kind of information is one statement for all. */
export async function packageRows(x: Executor, ids: readonly number[]): Promise<PackageRow[]> {
  if (ids.length === 0) return [];
  const page = JSON.stringify(ids);
  const rows = await x.query(PACKAGES, { ids: page });
  const projects = await projectsOf(x, rows);
  const platforms = await platformsOf(x, page);
  const latest = await latestOf(x, rows);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    const project = row === undefined ? undefined : projects.get(row.project_id);
    return row === undefined || project === undefined ? [] : [toRow(row, project, platforms.get(id) ?? [], latest.get(id))];
  });
}

function toRow(row: Package, project: Project, platforms: readonly string[], latest: Target | undefined): PackageRow {
  const described = toDescription(row);
  return {
    name: row.name,
    namespace: project.namespace,
    project: project.name,
    ...described,
    description: described.description ?? latest?.description ?? undefined,
    declared: { description: described.description, contentType: row.declared_type ?? undefined },
    contentType: row.content_type ?? undefined,
    policies: toPolicies(project),
    visibility: visibility(project.visibility),
    title: row.title ?? undefined,
    latest: row.latest === null || latest === undefined ? undefined : { tag: row.latest, version: parseVersion(row.latest)?.version, digest: latest.digest },
    counts: { tags: row.tag_count, versions: row.version_count, manifests: row.manifest_count },
    platforms,
    signed: row.signed !== null,
    pulls: row.pulls,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

async function projectsOf(x: Executor, rows: readonly Package[]): Promise<Map<number, Project>> {
  const projects = await x.query(PROJECTS, { ids: JSON.stringify([...new Set(rows.map((row) => row.project_id))]) });
  return new Map(projects.map((project) => [project.id, project]));
}

async function platformsOf(x: Executor, page: string): Promise<Map<number, string[]>> {
  const rows = await x.query(PLATFORMS, { ids: page });
  return new Map([...Map.groupBy(rows, (row) => row.id)].map(([id, group]) => [id, mostSpecific(group.map(({ name }) => name))]));
}

/** Sorted, without those that stand for all their variants where one of them is there. */
function mostSpecific(platforms: readonly string[]): string[] {
  return platforms.filter((platform) => !platforms.some((other) => other.startsWith(`${platform}/`))).sort();
}

/** What the latest tags point to, by repository. */
async function latestOf(x: Executor, rows: readonly Package[]): Promise<Map<number, Target>> {
  const tags = rows.flatMap(({ id, latest }) => (latest === null ? [] : [{ id, tag: latest }]));
  const found = await x.query(TARGETS, { tags: JSON.stringify(tags) });
  return new Map(found.map((row) => [row.id, row]));
}

export async function packageRow(x: Executor, name: RepositoryName): Promise<PackageRow | undefined> {
  const row = await queryOne(x, LISTED, { name });
  return row === undefined ? undefined : (await packageRows(x, [row.id]))[0];
}
