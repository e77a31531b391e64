// Texts for tables that fit into 80 columns. `-` stands for what is not known or not there.

/** The day of a time, in UTC. */
export function shortTime(time: string | null | undefined): string {
  return time ? time.slice(0, 10) : "-";
}

/** `2026-01-31 12:00:00`, in UTC. */
export function secondsOf(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}

/** A list in one cell: the first few, and how many more. */
export function shortList(values: readonly string[] | null | undefined, most = 3): string {
  if (!values || values.length === 0) return "-";
  const rest = values.length - most;
  return `${values.slice(0, most).join(",")}${rest > 0 ? ` +${rest}` : ""}`;
}

/** `1 blob`, `2 blobs`. */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** A number of bytes for people: `1.5 GiB`. */
export function formatAmount(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${UNITS[unit] ?? "B"}`;
}

/** `sha256:4f5a3b…`, enough to tell digests of one repository apart; `-` where there is none. */
export function shortDigest(digest: string | null | undefined): string {
  return digest ? `${digest.split(":", 1)[0]}:${shortHex(digest)}` : "-";
}

/** The first 12 hex digits, as docker shows them. */
export function shortHex(digest: string): string {
  const start = digest.indexOf(":") + 1;
  return digest.slice(start, start + 12);
}
