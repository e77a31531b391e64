import type { NamespaceRow, ProjectRow } from "../../metadata/catalog/packages.ts";
import type { Visibility } from "../../metadata/records.ts";
import { othersTurn } from "../../others-turn.ts";
import { integer, names } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { idTable, objects } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { isVisible } from "../repositories/visible-rows.ts";
import { NAMESPACE, OF_PROJECT, PROJECT, type ProjectColumns, toNamespace, toProject } from "./declared.ts";
import { nameCondition } from "./packages/name-ranges.ts";

const { namespace: namespaces, project: projects, project_pattern, repository: repositories } = tables;

/** Namespaces, or projects, read in one statement. */
const CHUNK = 100;

/** Repositories of a project that are counted at most, when a caller may not see all, and names read of each in one statement. */
const COUNTED = 1000;

const LISTED = { ...NAMESPACE, id: namespaces.id, created_at: namespaces.created_at };
const NAMESPACES = rowsOf(LISTED, () => sql`SELECT ${names(LISTED, "n")} FROM namespace n WHERE n.name > ${"after"} ORDER BY n.name LIMIT ${"limit"}`);
const PROJECTS_OF = rowsOf(
  { id: projects.id, namespace_id: projects.namespace_id },
  () => sql`SELECT p.id, p.namespace_id
  FROM ${idTable("namespaces", "page")} CROSS JOIN project p WHERE p.namespace_id = page.id`,
);
const NAMESPACE_FROM = rowsOf(
  { id: namespaces.id, name: namespaces.name },
  () => sql`SELECT id, name FROM namespace WHERE name >= ${"name"} ORDER BY name LIMIT 1`,
);
const PROJECTS_FROM = rowsOf(
  PROJECT,
  () => sql`SELECT ${OF_PROJECT} FROM project p
  WHERE p.namespace_id = ${"namespace"} AND p.name > ${"after"} ORDER BY p.name LIMIT ${CHUNK}`,
);
const PATTERNS = rowsOf(
  project_pattern,
  () => sql`SELECT g.project_id, g.pattern FROM ${idTable("projects", "page")} CROSS JOIN project_pattern g
  WHERE g.project_id = page.id ORDER BY g.project_id, g.pattern`,
);

const PROJECT_OF_SPAN = sql`CAST(span.value->>'project' AS BIGINT)`;
const IN_SPAN = sql`>= span.value->>'low'`;
const BELOW_SPAN = sql`< span.value->>'high'`;
const NAMES_IN_SPANS = rowsOf(
  { span: integer, project: projects.id, name: repositories.name, deleted_at: repositories.deleted_at },
  () => sql`SELECT
    CAST(span.value->>'span' AS BIGINT) AS span, r.project_id AS project, r.name, r.deleted_at
  FROM (SELECT value FROM ${objects("spans")}) AS span CROSS JOIN repository r
  WHERE r.project_id = ${PROJECT_OF_SPAN} AND r.name ${IN_SPAN} AND r.name ${BELOW_SPAN} AND r.listed = 1
    AND r.name IN (SELECT name FROM repository WHERE project_id = ${PROJECT_OF_SPAN} AND name ${IN_SPAN} AND name ${BELOW_SPAN}
      AND listed = 1 ORDER BY name LIMIT ${COUNTED})
  ORDER BY span, r.name`,
);

const COUNTS = rowsOf(
  { id: projects.id, count: integer },
  () => sql`SELECT page.id,
    (SELECT COUNT(*) FROM repository WHERE project_id = page.id AND deleted_at IS NULL AND listed = 1) AS count FROM ${idTable("projects", "page")}`,
);

export async function listNamespaces(
  x: Executor,
  page: { readonly after?: string | undefined; readonly limit: number; readonly visible: Visibility },
): Promise<NamespaceRow[]> {
  const found: NamespaceRow[] = [];
  for (let after = page.after ?? ""; ; ) {
    const size = page.visible.all ? page.limit : CHUNK;
    const rows = await x.query(NAMESPACES, { after, limit: size });
    const projects = await x.query(PROJECTS_OF, { namespaces: JSON.stringify(rows.map(({ id }) => id)) });
    const counts = await countRepositories(
      x,
      projects.map(({ id }) => id),
      page.visible,
    );
    const byNamespace = Map.groupBy(projects, (row) => row.namespace_id);
    for (const row of rows) {
      const repositories = (byNamespace.get(row.id) ?? []).reduce((sum, { id }) => sum + (counts.get(id) ?? 0), 0);
      if (repositories === 0 && (!page.visible.all || row.declared === 0)) continue;
      found.push({ ...toNamespace(row), repositories, createdAt: row.created_at ?? undefined });
      if (found.length === page.limit) return found;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return found;
    after = last.name;
    await othersTurn();
  }
}

export async function listProjects(
  x: Executor,
  page: { readonly namespace?: string | undefined; readonly after?: string | undefined; readonly limit: number; readonly visible: Visibility },
): Promise<ProjectRow[]> {
  const [namespaceOfLast = "", nameOfLast = ""] = (page.after ?? "").split("/", 2);
  const found: ProjectRow[] = [];
  let namespace = await namespaceFrom(x, page.namespace ?? namespaceOfLast);
  let after = namespace?.name === namespaceOfLast ? nameOfLast : "";
  if (page.namespace !== undefined && namespace?.name !== page.namespace) return [];
  while (namespace !== undefined) {
    const rows = await projectsFrom(x, namespace.id, after);
    await addVisible(x, rows, page, found);
    if (found.length >= page.limit) return found.slice(0, page.limit);
    await othersTurn();
    const last = rows.at(-1);
    if (last !== undefined && rows.length === CHUNK) {
      after = last.name;
      continue;
    }
    if (page.namespace !== undefined) return found;
    namespace = await namespaceFrom(x, `${namespace.name}\u0001`);
    after = "";
  }
  return found;
}

function namespaceFrom(x: Executor, name: string): Promise<typeof NAMESPACE_FROM.gives | undefined> {
  return queryOne(x, NAMESPACE_FROM, { name });
}

function projectsFrom(x: Executor, namespace: number, after: string): Promise<ProjectColumns[]> {
  return x.query(PROJECTS_FROM, { namespace, after });
}

async function addVisible(x: Executor, rows: readonly ProjectColumns[], { visible }: { readonly visible: Visibility }, found: ProjectRow[]): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const counts = await countRepositories(x, ids, visible);
  const patterns = Map.groupBy(await x.query(PATTERNS, { projects: JSON.stringify(ids) }), (row) => row.project_id);
  for (const row of rows) {
    const repositoryCount = counts.get(row.id) ?? 0;
    if (repositoryCount === 0 && (!visible.all || row.declared === 0)) continue;
    found.push({ ...toProject(row, patterns.get(row.id)?.map(({ pattern }) => pattern) ?? []), repositoryCount });
  }
}

/** Names of a project that are still to be looked at: from `low` on, below `high`. */
interface Span {
  readonly project: number;
  readonly low: string;
  readonly high: string;
}

/** How many repositories of each project the caller may see. However many hidden ones come first, those are found that are not. */
async function countRepositories(x: Executor, projects: readonly number[], visible: Visibility): Promise<Map<number, number>> {
  if (visible.all) return countAll(x, projects);
  const { ranges } = nameCondition(visible, undefined);
  const counts = new Map<number, number>();
  let spans: readonly Span[] = projects.flatMap((project) => ranges.map(({ from, to }) => ({ project, low: from, high: to })));
  while (spans.length > 0) {
    const rows = Map.groupBy(await namesIn(x, spans), (row) => row.span);
    for (const { project, name, deleted_at } of [...rows.values()].flat()) {
      if (isVisible(visible, { name, deleted_at })) counts.set(project, (counts.get(project) ?? 0) + 1);
    }
    spans = spans.flatMap((span, index) => {
      const read = rows.get(index) ?? [];
      const last = read.at(-1);
      const isDone = last === undefined || read.length < COUNTED || (counts.get(span.project) ?? 0) >= COUNTED;
      return isDone ? [] : [{ ...span, low: `${last.name}\u0001` }];
    });
    if (spans.length > 0) await othersTurn();
  }
  return counts;
}

function namesIn(x: Executor, spans: readonly Span[]): Promise<(typeof NAMES_IN_SPANS.gives)[]> {
  return x.query(NAMES_IN_SPANS, { spans: JSON.stringify(spans.map((each, span) => ({ ...each, span }))) });
}

async function countAll(x: Executor, projects: readonly number[]): Promise<Map<number, number>> {
  const rows = await x.query(COUNTS, { projects: JSON.stringify(projects) });
  return new Map(rows.map(({ id, count }) => [id, count]));
}
