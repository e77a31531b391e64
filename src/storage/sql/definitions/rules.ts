import type { StoredGrant, StoredType } from "../../metadata/catalog/definitions.ts";
import { typeRuleCode } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { canonicalJson } from "./description.ts";
import type { CatalogRecord } from "./step.ts";

/** Replaces all declared rights; their order is kept. */
export async function setGrants(x: Executor, grants: readonly StoredGrant[]): Promise<CatalogRecord | undefined> {
  const rows = await x.query<{ definition: string }>("SELECT definition FROM catalog_grant ORDER BY position");
  const before = rows.map((row) => row.definition);
  const after = grants.map(canonicalJson);
  if (before.length === after.length && before.every((definition, index) => definition === after[index])) return undefined;
  await x.query("DELETE FROM catalog_grant");
  for (const [position, definition] of after.entries()) {
    await x.query("INSERT INTO catalog_grant (position, definition) VALUES ($1, $2)", [position, definition]);
  }
  return { action: "grants.set", detail: { before: before.length, after: after.length, grants } };
}

export async function putType(x: Executor, { type, rule, title, definition }: StoredType): Promise<CatalogRecord | undefined> {
  const text = canonicalJson(definition);
  const row = await queryOne<{ title: string | null; definition: string }>(x, "SELECT title, definition FROM artifact_type WHERE rule = $1 AND type = $2", [
    typeRuleCode(rule),
    type,
  ]);
  if (row !== undefined && row.title === (title ?? null) && row.definition === text) return undefined;
  await x.query(
    `INSERT INTO artifact_type (rule, type, title, definition) VALUES ($1, $2, $3, $4)
     ON CONFLICT (rule, type) DO UPDATE SET title = excluded.title, definition = excluded.definition`,
    [typeRuleCode(rule), type, title ?? null, text],
  );
  return { action: "type.put", reference: type, detail: { rule, title, definition } };
}

export async function deleteType(x: Executor, type: string, rule: StoredType["rule"]): Promise<CatalogRecord | undefined> {
  const rows = await x.query("DELETE FROM artifact_type WHERE rule = $1 AND type = $2 RETURNING type", [typeRuleCode(rule), type]);
  return rows.length === 0 ? undefined : { action: "type.delete", reference: type, detail: { rule } };
}
