import type { NamespaceDefinition } from "../../metadata/catalog/definitions.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { ensureNamespace, forgetEmptyProjects } from "../repositories/projects.ts";
import { assignments, type DescriptionColumns, descriptionColumns, holds, UNDECLARED } from "./description.ts";
import type { CatalogRecord, CatalogStep } from "./step.ts";

export async function putNamespace(x: Executor, { name, ...description }: NamespaceDefinition, { now }: CatalogStep): Promise<CatalogRecord | undefined> {
  const columns = descriptionColumns(description);
  const row = await queryOne<DescriptionColumns>(x, "SELECT description, labels, owner, declared FROM namespace WHERE name = $1", [name]);
  if (row !== undefined && holds(row, columns)) return undefined;
  await ensureNamespace(x, name, now);
  await x.query(`UPDATE namespace SET ${assignments(columns, 2)} WHERE name = $1`, [name, ...Object.values(columns)]);
  return { action: "namespace.put", reference: name, detail: { ...description } };
}

/** Project names that a refusal gives at most. */
const NAMED = 3;

export async function deleteNamespace(x: Executor, name: string): Promise<CatalogRecord | undefined> {
  const row = await queryOne<{ id: number }>(x, "SELECT id FROM namespace WHERE name = $1", [name]);
  if (row === undefined) return undefined;
  await forgetEmptyProjects(x);
  const projects = await x.query<{ name: string }>("SELECT name FROM project WHERE namespace_id = $1 ORDER BY name LIMIT $2", [row.id, NAMED + 1]);
  if (projects.length > 0) {
    const names = projects.map((project) => `${name}/${project.name}`);
    const shown = names.slice(0, NAMED).join(", ") + (names.length > NAMED ? ", …" : "");
    throw new MetadataStoreError("conflict", `the namespace ${name} has projects (${shown}): delete them and their repositories first`);
  }
  await x.query("DELETE FROM namespace WHERE id = $1", [row.id]);
  return { action: "namespace.delete", reference: name };
}

/** It stays while it has projects. */
export async function undeclareNamespace(x: Executor, name: string): Promise<CatalogRecord | undefined> {
  const rows = await x.query(`UPDATE namespace SET ${assignments(UNDECLARED, 2)} WHERE name = $1 AND declared = 1 RETURNING id`, [
    name,
    ...Object.values(UNDECLARED),
  ]);
  if (rows.length === 0) return undefined;
  await forgetEmptyProjects(x);
  return { action: "namespace.undeclare", reference: name };
}
