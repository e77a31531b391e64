import type { Digest } from "../../../../oci/digest.ts";
import type { RepositoryName } from "../../../../oci/name.ts";
import type { Tag } from "../../../../oci/tag.ts";
import { parseVersion } from "../../../../oci/version.ts";
import type { PackageRow } from "../../../metadata/catalog/packages.ts";
import { tagClassCode, visibility } from "../../engine/codes.ts";
import { type Executor, queryOne } from "../../engine/executor.ts";
import { idTable } from "../../engine/parameters.ts";
import { termKindCode } from "../../repositories/terms.ts";
import { toDescription, toPolicies } from "../declared.ts";

interface Row {
  readonly id: number;
  readonly name: RepositoryName;
  readonly description: string | null;
  readonly labels: string | null;
  readonly owner: string | null;
  readonly title: string | null;
  readonly content_type: string | null;
  readonly declared_type: string | null;
  readonly tag_count: number;
  readonly version_count: number;
  readonly manifest_count: number;
  readonly pulls: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly project_id: number;
  readonly signed: number | null;
  readonly latest: Tag | null;
}

interface ProjectRow {
  readonly id: number;
  readonly name: string;
  readonly namespace: string;
  readonly visibility: number;
  readonly type_policy: number;
  readonly version_policy: number;
  readonly dependents_policy: number;
}

/** Tags changed last that are looked through for one that is no attachment. */
const RECENT = 20;

const NO_PACKAGE = [tagClassCode("referrers"), tagClassCode("attachment")].join(", ");

const LATEST = `COALESCE(
  (SELECT name FROM tag WHERE repository_id = r.id AND version_key IS NOT NULL AND prerelease = 0 ORDER BY version_key DESC, name DESC LIMIT 1),
  (SELECT name FROM tag WHERE repository_id = r.id AND version_key IS NOT NULL ORDER BY version_key DESC, name DESC LIMIT 1),
  (SELECT name FROM (SELECT name, class, updated_at FROM tag WHERE repository_id = r.id ORDER BY updated_at DESC, name DESC LIMIT ${RECENT}) AS recent
    WHERE class NOT IN (${NO_PACKAGE}) ORDER BY updated_at DESC, name DESC LIMIT 1),
  (SELECT name FROM tag WHERE repository_id = r.id ORDER BY updated_at DESC, name DESC LIMIT 1))`;

const COLUMNS = `r.id, r.name, r.description, r.labels, r.owner, r.title, r.tag_count, r.version_count, r.manifest_count, r.pulls, r.created_at, r.updated_at,
  r.project_id, (SELECT name FROM media_type WHERE id = COALESCE(r.declared_type_id, r.content_type_id)) AS content_type,
  (SELECT name FROM media_type WHERE id = r.declared_type_id) AS declared_type,
  (SELECT 1 FROM repository_term WHERE repository_id = r.id AND kind = ${termKindCode("signed")} LIMIT 1) AS signed, ${LATEST} AS latest`;

/** Platforms that one row shows at most. */
const PLATFORMS = 50;

/** Rows of packages in the order of the numbers. A page's worth: each kind of information is one statement for all. */
export async function packageRows(x: Executor, ids: readonly number[]): Promise<PackageRow[]> {
  if (ids.length === 0) return [];
  const page = JSON.stringify(ids);
  const rows = await x.query<Row>(`SELECT ${COLUMNS} FROM ${idTable(x, "$1", "page")} CROSS JOIN repository r WHERE r.id = page.id`, [page]);
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

function toRow(row: Row, project: ProjectRow, platforms: readonly string[], latest: Latest | undefined): PackageRow {
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

async function projectsOf(x: Executor, rows: readonly Row[]): Promise<Map<number, ProjectRow>> {
  const projects = await x.query<ProjectRow>(
    `SELECT p.id, p.name, (SELECT name FROM namespace WHERE id = p.namespace_id) AS namespace, p.visibility, p.type_policy, p.version_policy, p.dependents_policy
       FROM ${idTable(x, "$1", "page")} CROSS JOIN project p WHERE p.id = page.id`,
    [JSON.stringify([...new Set(rows.map((row) => row.project_id))])],
  );
  return new Map(projects.map((project) => [project.id, project]));
}

async function platformsOf(x: Executor, page: string): Promise<Map<number, string[]>> {
  const kind = termKindCode("platform");
  const rows = await x.query<{ id: number; name: string }>(
    `SELECT page.id, t.name FROM ${idTable(x, "$1", "page")} CROSS JOIN repository_term u CROSS JOIN term t
      WHERE u.repository_id = page.id AND u.kind = ${kind} AND t.id = u.term_id
        AND u.term_id IN (SELECT term_id FROM repository_term WHERE repository_id = page.id AND kind = ${kind} ORDER BY term_id LIMIT ${PLATFORMS})`,
    [page],
  );
  return new Map([...Map.groupBy(rows, (row) => row.id)].map(([id, group]) => [id, mostSpecific(group.map(({ name }) => name))]));
}

/** Sorted, without those that stand for all their variants where one of them is there. */
function mostSpecific(platforms: readonly string[]): string[] {
  return platforms.filter((platform) => !platforms.some((other) => other.startsWith(`${platform}/`))).sort();
}

interface Latest {
  readonly digest: Digest;
  /** What the artifact says of itself. */
  readonly description: string | null;
}

/** What the latest tags point to, by repository. */
async function latestOf(x: Executor, rows: readonly Row[]): Promise<Map<number, Latest>> {
  const tags = rows.flatMap(({ id, latest }) => (latest === null ? [] : [{ id, tag: latest }]));
  const id = "CAST(value->>'id' AS BIGINT)";
  const found = await x.query<Latest & { readonly id: number }>(
    `SELECT t.repository_id AS id, c.digest, m.description FROM ${x.dialect.objects("$1")}
       JOIN tag t ON t.repository_id = ${id} AND t.name = value->>'tag' JOIN manifest m ON m.id = t.manifest_id JOIN content c ON c.id = m.content_id`,
    [JSON.stringify(tags)],
  );
  return new Map(found.map((row) => [row.id, row]));
}

export async function packageRow(x: Executor, name: RepositoryName): Promise<PackageRow | undefined> {
  const row = await queryOne<{ id: number }>(x, "SELECT id FROM repository WHERE name = $1 AND deleted_at IS NULL AND listed = 1", [name]);
  return row === undefined ? undefined : (await packageRows(x, [row.id]))[0];
}
