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
