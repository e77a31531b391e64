import type { OperationId } from "../../api/operations.ts";
import type { PathValues } from "../path-values.ts";

/** Parameters that say which part of a list is wanted, not of which list. */
const PAGING: ReadonlySet<string> = new Set(["n", "cursor"]);

/** A text that is the same for all pages of a list and differs from that of every other list. */
export function requestKey(id: OperationId, path: Partial<PathValues>, query: Readonly<Record<string, unknown>>): string {
  const filters = Object.entries(query).filter(([name, value]) => value !== undefined && !PAGING.has(name));
  return JSON.stringify([id, path.name, path.namespace, path.project, path.user, path.token, filters.sort(([a], [b]) => (a < b ? -1 : 1))]);
}
