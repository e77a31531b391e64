import { hasPair } from "../../../../oci/pair-condition.ts";
import { platformFilter } from "../../../../oci/platform.ts";
import { starGlob } from "../../../../oci/star-glob.ts";
import type { ManifestSummary } from "../../../metadata/manifests.ts";
import type { TagFilter } from "../../../metadata/tags.ts";
import { tagClassCode } from "../../engine/codes.ts";
import type { Row } from "../../engine/columns.ts";
import type { tables } from "../../engine/tables.ts";

/** A tag as the walk through an index reads it. */
export type TagColumns = Pick<Row<typeof tables.tag>, "name" | "manifest_id" | "class" | "version_key" | "prerelease" | "updated_at">;

/** Conditions on the tag itself, which cost nothing more. */
export function tagCondition(filter: TagFilter): (row: TagColumns) => boolean {
  const classes = filter.classes === undefined ? undefined : new Set(filter.classes.map(tagClassCode));
  const matches = filter.name === undefined ? undefined : starGlob(filter.name);
  const { since, until, lowest, highest, prereleases } = filter;
  return (row) => {
    if (classes !== undefined && !classes.has(row.class)) return false;
    if (matches !== undefined && !matches(row.name)) return false;
    if (since !== undefined && row.updated_at < since) return false;
    if (until !== undefined && row.updated_at >= until) return false;
    if (lowest !== undefined && (row.version_key === null || row.version_key < lowest)) return false;
    if (highest !== undefined && (row.version_key === null || row.version_key > highest)) return false;
    return prereleases !== false || row.prerelease === 0;
  };
}

/** Conditions on the manifest that the tag points to; undefined when there are none. */
export function manifestCondition(filter: TagFilter): ((manifest: ManifestSummary) => boolean) | undefined {
  const conditions: ((manifest: ManifestSummary) => boolean)[] = [];
  const { types, platforms, annotations = [], labels = [], signed, referrers = [] } = filter;
  if (types !== undefined) conditions.push(({ type }) => type !== undefined && types.includes(type));
  if (platforms !== undefined) {
    const suits = platformFilter(platforms);
    conditions.push((manifest) => suits(manifest.platforms));
  }
  for (const text of annotations) conditions.push((manifest) => hasPair(manifest.annotations, text));
  for (const text of labels) conditions.push((manifest) => hasPair(manifest.labels, text));
  if (signed !== undefined) conditions.push((manifest) => manifest.signed === signed);
  for (const type of referrers) conditions.push((manifest) => Object.hasOwn(manifest.referrers, type));
  return conditions.length === 0 ? undefined : (manifest) => conditions.every((holds) => holds(manifest));
}
