import { createTypeTable } from "../../artifacts/type-table.ts";

/** Texts for tables that fit into 80 columns. `-` stands for what is not known or not there. */

/** The day of a time, in UTC. */
export function shortTime(time: string | null | undefined): string {
  return time ? time.slice(0, 10) : "-";
}

/** `2026-01-31 12:00:00`, in UTC. */
export function secondsOf(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}

const types = createTypeTable();

/** What a type is called, else the type itself. */
export function typeTitle(type: string | null | undefined): string {
  return type ? (types.find(type)?.title ?? type) : "-";
}

/** A list in one cell: the first few, and how many more. */
export function shortList(values: readonly string[] | null | undefined, most = 3): string {
  if (!values || values.length === 0) return "-";
  const rest = values.length - most;
  return `${values.slice(0, most).join(",")}${rest > 0 ? ` +${rest}` : ""}`;
}
