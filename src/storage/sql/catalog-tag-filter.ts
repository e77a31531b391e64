import { parsePlatform, platformMatch } from "../../oci/platform.ts";
import type { TagFilter } from "../catalog-query.ts";
import type { ManifestSummary } from "../catalog-store.ts";
import { tagClassCode } from "./catalog-codes.ts";

/** A tag as the walk through an index reads it. */
export interface TagColumns {
  readonly name: string;
  readonly manifest_id: number;
  readonly class: number;
  readonly version_key: string | null;
  readonly prerelease: number;
  readonly updated_at: number;
}

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
  if (platforms !== undefined) conditions.push(platformCondition(platforms));
  for (const text of annotations) conditions.push((manifest) => hasEntry(manifest.annotations, text));
  for (const text of labels) conditions.push((manifest) => hasEntry(manifest.labels, text));
  if (signed !== undefined) conditions.push((manifest) => manifest.signed === signed);
  for (const type of referrers) conditions.push((manifest) => Object.hasOwn(manifest.referrers, type));
  return conditions.length === 0 ? undefined : (manifest) => conditions.every((holds) => holds(manifest));
}

/** One of the platforms suits one of the manifest's. */
function platformCondition(texts: readonly string[]): (manifest: ManifestSummary) => boolean {
  const wanted = texts.map(parsePlatform).filter((platform) => platform !== undefined);
  // many manifests have the same few
  const answers = new Map<string, boolean>();
  const suits = (text: string): boolean => {
    const there = parsePlatform(text);
    const answer = there !== undefined && wanted.some((asked) => platformMatch(asked, there) > 0);
    answers.set(text, answer);
    return answer;
  };
  return ({ platforms }) => platforms.some((text) => answers.get(text) ?? suits(text));
}

/** `key`, or `key=value`; a key may itself hold `=`. */
function hasEntry(entries: Readonly<Record<string, string>>, text: string): boolean {
  if (Object.hasOwn(entries, text)) return true;
  for (let at = text.indexOf("="); at >= 0; at = text.indexOf("=", at + 1)) {
    const key = text.slice(0, at);
    if (Object.hasOwn(entries, key) && entries[key] === text.slice(at + 1)) return true;
  }
  return false;
}

/** The text before the first `*`: every name that matches starts with it. */
export function literalStart(glob: string): string {
  const star = glob.indexOf("*");
  return star < 0 ? glob : glob.slice(0, star);
}

/** Compiles a glob in which `*` stands for any characters. Takes time in the order of the name's length times the parts'. */
function starGlob(glob: string): (name: string) => boolean {
  const parts = glob.split("*");
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (name) => name === glob;
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= name.length - last.length;
  };
}
