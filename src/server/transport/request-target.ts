/** Where a request is to go (RFC 9112, section 3.2). */
export interface RequestTarget {
  /** Percent-encoded, without the query. Does not begin with `/` where the target is malformed. */
  readonly path: string;
  /** What follows the first `?`, or empty. */
  readonly search: string;
  /** The host, with its port, of a target that is a URL: it counts in place of the header Host. */
  readonly authority: string | undefined;
}

/** The absolute form: scheme, authority without user, and the rest. */
const ABSOLUTE = /^https?:\/\/([^/?#@\s]+)((?:[/?].*)?)$/i;

/** Splits a request target: a path with a query, or the same in a URL, as clients send it that take this server for a proxy. */
export function parseRequestTarget(target: string): RequestTarget {
  const [, authority, rest = ""] = target.startsWith("/") ? [] : (ABSOLUTE.exec(target) ?? []);
  const local = authority === undefined ? target : rest.startsWith("/") ? rest : `/${rest}`;
  const question = local.indexOf("?");
  return { path: question < 0 ? local : local.slice(0, question), search: question < 0 ? "" : local.slice(question + 1), authority };
}
