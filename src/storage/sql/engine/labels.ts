import type { Labels } from "../../metadata/catalog/definitions.ts";

/** What a column with labels holds; none for NULL. */
export function parseLabels(json: string | null): Labels {
  return json === null ? {} : JSON.parse(json);
}
