/**
 * Rows as the text of a parameter for `Dialect.objects`. PostgreSQL refuses NUL and half characters in JSON, though it takes,
 * or replaces, them elsewhere: they become U+FFFD in both databases.
 */
export function jsonParameter(rows: readonly unknown[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\ufffd") : value));
}
