import type { Config } from "./schema.ts";
import { SETTINGS } from "./settings.ts";
import { valueAt } from "./value-tree.ts";

/** The names of the settings whose values differ, in the order of the schema. */
export function changedSettings(before: Config, after: Config): string[] {
  return SETTINGS.filter(({ path }) => JSON.stringify(valueAt(before, path)) !== JSON.stringify(valueAt(after, path))).map(({ name }) => name);
}
