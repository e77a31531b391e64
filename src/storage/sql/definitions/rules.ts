import type { StoredGrant, StoredType } from "../../metadata/catalog/definitions.ts";
import { typeRuleCode } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { canonicalJson } from "./description.ts";
import type { CatalogRecord } from "./step.ts";

const { catalog_grant, artifact_type } = tables;

const GRANTS = rowsOf({ definition: catalog_grant.definition }, () => sql`SELECT definition FROM catalog_grant ORDER BY position`);
const FORGET_GRANTS = command(() => sql`DELETE FROM catalog_grant`);
const ADD_GRANT = command(() => sql`INSERT INTO catalog_grant (position, definition) VALUES (${"position"}, ${"definition"})`);

const TYPE = rowsOf(
  { title: artifact_type.title, definition: artifact_type.definition },
  () => sql`SELECT title, definition FROM artifact_type
  WHERE rule = ${"rule"} AND type = ${"type"}`,
);
const PUT_TYPE = command(
  () => sql`INSERT INTO artifact_type (rule, type, title, definition) VALUES (${"rule"}, ${"type"}, ${"title"}, ${"definition"})
  ON CONFLICT (rule, type) DO UPDATE SET title = excluded.title, definition = excluded.definition`,
);
const DELETE_TYPE = rowsOf({ type: artifact_type.type }, () => sql`DELETE FROM artifact_type WHERE rule = ${"rule"} AND type = ${"type"} RETURNING type`);

/** Replaces all declared rights; their order is kept. */
export async function setGrants(x: Executor, grants: readonly StoredGrant[]): Promise<CatalogRecord | undefined> {
  const rows = await x.query(GRANTS);
  const before = rows.map((row) => row.definition);
  const after = grants.map(canonicalJson);
  if (before.length === after.length && before.every((definition, index) => definition === after[index])) return undefined;
  x.send(FORGET_GRANTS);
  for (const [position, definition] of after.entries()) {
    x.send(ADD_GRANT, { position, definition });
  }
  return { action: "grants.set", detail: { before: before.length, after: after.length, grants } };
}

export async function putType(x: Executor, { type, rule, title, definition }: StoredType): Promise<CatalogRecord | undefined> {
  const text = canonicalJson(definition);
  const row = await queryOne(x, TYPE, { rule: typeRuleCode(rule), type });
  if (row !== undefined && row.title === (title ?? null) && row.definition === text) return undefined;
  x.send(PUT_TYPE, { rule: typeRuleCode(rule), type, title: title ?? null, definition: text });
  return { action: "type.put", reference: type, detail: { rule, title, definition } };
}

export async function deleteType(x: Executor, type: string, rule: StoredType["rule"]): Promise<CatalogRecord | undefined> {
  const rows = await x.query(DELETE_TYPE, { rule: typeRuleCode(rule), type });
  return rows.length === 0 ? undefined : { action: "type.delete", reference: type, detail: { rule } };
}
