import type { Description } from "../../metadata/catalog/definitions.ts";
import { assignments, type Row } from "../engine/columns.ts";
import type { SqlValue } from "../engine/dialects.ts";
import { tables } from "../engine/tables.ts";

const { description, labels, owner, declared } = tables.repository;

/** Columns that namespaces, projects and repositories share. */
export const DESCRIPTION = { description, labels, owner, declared };
export type DescriptionColumns = Row<typeof DESCRIPTION>;

/** What sets them. */
export const DESCRIBE = assignments(["description", "labels", "owner", "declared"]);

export function descriptionColumns({ description, labels, owner }: Description): DescriptionColumns {
  return { description: description ?? null, labels: Object.keys(labels).length === 0 ? null : canonicalJson(labels), owner: owner ?? null, declared: 1 };
}

/** Of what nobody declared. */
export const UNDECLARED: DescriptionColumns = { description: null, labels: null, owner: null, declared: 0 };

/** Whether the row has these values already. */
export function holds(row: object, columns: Readonly<Record<string, SqlValue>> | DescriptionColumns): boolean {
  const values: Readonly<Record<string, unknown>> = { ...row };
  return Object.entries(columns).every(([name, value]) => values[name] === value);
}

/** JSON with the keys of objects in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
