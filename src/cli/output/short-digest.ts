/** `sha256:4f5a3b…`, enough to tell digests of one repository apart; `-` where there is none. */
export function shortDigest(digest: string | null | undefined): string {
  return digest ? `${digest.split(":", 1)[0]}:${shortHex(digest)}` : "-";
}

/** The first 12 hex digits, as docker shows them. */
export function shortHex(digest: string): string {
  const start = digest.indexOf(":") + 1;
  return digest.slice(start, start + 12);
}
