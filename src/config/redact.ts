const REDACTED = "REDACTED";

/** A URL without its secrets: the password and every query parameter that is named like one. */
export function redactUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return REDACTED;
  if (url.password !== "") url.password = REDACTED;
  for (const name of [...url.searchParams.keys()]) if (/password|secret|token/i.test(name)) url.searchParams.set(name, REDACTED);
  return url.href;
}
