import type { CatalogChange } from "../../metadata/catalog/definitions.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import { appendAudit } from "../accounts/audit.ts";
import { moveRights } from "../accounts/rights.ts";
import { text } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";
import { LOCK } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { deleteNamespace, putNamespace, undeclareNamespace } from "./namespaces.ts";
import { deleteProject, putProject, undeclareProject } from "./projects.ts";
import { deleteRepository, putRepository, undeclareRepository } from "./repositories.ts";
import { deleteType, putType, setGrants } from "./rules.ts";
import type { CatalogRecord, CatalogStep } from "./step.ts";

const { catalog_revision, project_pattern } = tables;

/** One change of the catalog at a time, and no repository comes to be meanwhile: see ensureRepository. */
const HOLD = rowsOf({ revision: catalog_revision.revision }, () => sql`SELECT revision FROM catalog_revision WHERE id = 1${LOCK}`);
const REVISE = command(() => sql`UPDATE catalog_revision SET revision = revision + 1 WHERE id = 1`);

const SHARED = rowsOf(
  { pattern: project_pattern.pattern },
  () => sql`SELECT pattern FROM project_pattern
  GROUP BY pattern HAVING COUNT(*) > 1 ORDER BY pattern LIMIT 1`,
);
const CLAIMING = rowsOf(
  { name: text },
  () => sql`SELECT (SELECT name FROM namespace WHERE id = p.namespace_id) || '/' || p.name AS name FROM project p
  WHERE p.id IN (SELECT project_id FROM project_pattern WHERE pattern = ${"pattern"}) ORDER BY name`,
);

/** Steps that find everything as they want it leave no trace. */
export async function changeCatalog(x: Executor, request: CatalogStep & { readonly changes: readonly CatalogChange[] }): Promise<void> {
  await x.query(HOLD);
  const records: CatalogRecord[] = [];
  for (const change of request.changes) {
    const record = await apply(x, change, request);
    if (record !== undefined) records.push(record);
  }
  if (records.length === 0) return;
  await refuseSharedGlobs(x);
  x.send(REVISE);
  moveRights(x);
  appendAudit(
    x,
    records.map((record) => ({ at: request.now, actor: request.actor, ...record })),
  );
}

/** Undefined when there was nothing to change. */
function apply(x: Executor, change: CatalogChange, step: CatalogStep): Promise<CatalogRecord | undefined> {
  switch (change.kind) {
    case "put-namespace":
      return putNamespace(x, change.namespace, step);
    case "delete-namespace":
      return deleteNamespace(x, change.name);
    case "put-project":
      return putProject(x, change.project, step);
    case "delete-project":
      return deleteProject(x, { namespace: change.namespace, project: change.name }, step);
    case "put-repository":
      return putRepository(x, change.repository, step);
    case "delete-repository":
      return deleteRepository(x, change.name, step);
    case "undeclare-namespace":
      return undeclareNamespace(x, change.name);
    case "undeclare-project":
      return undeclareProject(x, { namespace: change.namespace, project: change.name }, step);
    case "undeclare-repository":
      return undeclareRepository(x, change.name);
    case "set-grants":
      return setGrants(x, change.grants);
    case "put-type":
      return putType(x, change.type);
    case "delete-type":
      return deleteType(x, change.type, change.rule);
  }
}

/** Looked at after all steps, so that a glob can pass from one project to another in any order. */
async function refuseSharedGlobs(x: Executor): Promise<void> {
  const [shared] = await x.query(SHARED);
  if (shared === undefined) return;
  const projects = await x.query(CLAIMING, { pattern: shared.pattern });
  const names = projects.map(({ name }) => name).join(" and ");
  throw new MetadataStoreError("conflict", `the projects ${names} both claim the repositories ${shared.pattern}: leave the glob to one of them`);
}
