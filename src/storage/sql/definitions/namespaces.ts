import type { NamespaceDefinition } from "../../metadata/catalog/definitions.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import { names } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { ensureNamespace, forgetEmptyProjects } from "../repositories/projects.ts";
import { DESCRIBE, DESCRIPTION, descriptionColumns, holds, UNDECLARED } from "./description.ts";
import type { CatalogRecord, CatalogStep } from "./step.ts";

const { id, name } = tables.namespace;

const ONE = rowsOf(DESCRIPTION, () => sql`SELECT ${names(DESCRIPTION)} FROM namespace WHERE name = ${"name"}`);
const ID = rowsOf({ id }, () => sql`SELECT id FROM namespace WHERE name = ${"name"}`);
const DEFINE = command(() => sql`UPDATE namespace SET ${DESCRIBE} WHERE name = ${"name"}`);
const UNDECLARE = rowsOf({ id }, () => sql`UPDATE namespace SET ${DESCRIBE} WHERE name = ${"name"} AND declared = 1 RETURNING id`);
const DELETE = command(() => sql`DELETE FROM namespace WHERE id = ${"id"}`);
const PROJECTS = rowsOf({ name }, () => sql`SELECT name FROM project WHERE namespace_id = ${"id"} ORDER BY name LIMIT ${"limit"}`);

export async function putNamespace(x: Executor, { name, ...description }: NamespaceDefinition, { now }: CatalogStep): Promise<CatalogRecord | undefined> {
  const columns = descriptionColumns(description);
  const row = await queryOne(x, ONE, { name });
  if (row !== undefined && holds(row, columns)) return undefined;
  await ensureNamespace(x, name, now);
  x.send(DEFINE, { name, ...columns });
  return { action: "namespace.put", reference: name, detail: { ...description } };
}

/** Project names that a refusal gives at most. */
const NAMED = 3;

export async function deleteNamespace(x: Executor, name: string): Promise<CatalogRecord | undefined> {
  const row = await queryOne(x, ID, { name });
  if (row === undefined) return undefined;
  await forgetEmptyProjects(x);
  const projects = await x.query(PROJECTS, { id: row.id, limit: NAMED + 1 });
  if (projects.length > 0) {
    const shown = projects.slice(0, NAMED).map((project) => `${name}/${project.name}`);
    const rest = projects.length > NAMED ? ", …" : "";
    throw new MetadataStoreError("conflict", `the namespace ${name} has projects (${shown.join(", ")}${rest}): delete them and their repositories first`);
  }
  x.send(DELETE, { id: row.id });
  return { action: "namespace.delete", reference: name };
}

/** It stays while it has projects. */
export async function undeclareNamespace(x: Executor, name: string): Promise<CatalogRecord | undefined> {
  const rows = await x.query(UNDECLARE, { name, ...UNDECLARED });
  if (rows.length === 0) return undefined;
  await forgetEmptyProjects(x);
  return { action: "namespace.undeclare", reference: name };
}
