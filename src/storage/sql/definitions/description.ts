import type { Description } from "../../metadata/catalog/definitions.ts";
import type { SqlValue } from "../engine/executor.ts";

/** Columns that namespaces, projects and repositories share. */
export interface DescriptionColumns {
  readonly description: string | null;
  readonly labels: string | null;
  readonly owner: string | null;
  readonly declared: number;
}

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

/** `a = $2, b = $3, …` for columns in their order. */
export function assignments(columns: object, first: number): string {
  return Object.keys(columns)
    .map((name, index) => `${name} = $${index + first}`)
    .join(", ");
}

/** JSON with the keys of objects in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
