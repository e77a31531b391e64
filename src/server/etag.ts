import type { EntityTags } from "../oci/tag-condition.ts";

/** The strong entity tag of content that is addressed by digest. */
export function etagOf(digest: string): string {
  return `"${digest}"`;
}

/** Whether an If-None-Match header names this entity tag (RFC 9110, section 13.1.2: weak comparison). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  return header.split(",").some((entry) => entry.trim().replace(/^W\//, "") === etag);
}

/**
 * The entity tags of an If-Match or If-None-Match header, without quotes; undefined where there is none. What is weak, or none at
 * all, is left out: it names nothing that is stored (RFC 9110, section 13.1.1: strong comparison).
 */
export function entityTags(header: string | undefined): EntityTags | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return "any";
  return header.split(",").flatMap((entry) => /^"([^"]*)"$/.exec(entry.trim())?.[1] ?? []);
}
