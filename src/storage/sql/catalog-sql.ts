import type { Labels } from "../catalog-definitions.ts";
import type { Executor } from "./executor.ts";

/** A table with the column `id`: the integers of the JSON array in a parameter, e.g. `idTable(x, "$1", "page")`. */
export function idTable(x: Executor, parameter: string, alias: string): string {
  return `(SELECT CAST(value AS BIGINT) AS id FROM ${x.dialect.strings(parameter)}) AS ${alias}`;
}

/** False for what no column can hold: a search for it finds nothing. PostgreSQL refuses both, in JSON too. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

export function parseLabels(json: string | null): Labels {
  return json === null ? {} : JSON.parse(json);
}

/** Elements by key, in their order. */
export function groupBy<T, K>(elements: readonly T[], key: (element: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const element of elements) {
    const group = groups.get(key(element));
    if (group === undefined) groups.set(key(element), [element]);
    else group.push(element);
  }
  return groups;
}
