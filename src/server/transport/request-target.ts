/** Where a request is to go (RFC 9112, section 3.2). */
export interface RequestTarget {
  /** Percent-encoded, without the query. Does not begin with `/` where the target is malformed. */
  readonly path: string;
  /** What follows the first `?`, or empty. */
  readonly search: string;
  /** The host, with its port, of a target that is a URL: it counts in place of the header Host. */
  readonly authority: string | undefined;
}

/** Of a host with its port (RFC 3986, sections 3.2.2 and 3.2.3). */
const HOST_CHARACTER = String.raw`[\w.~!$&'()*+,;=:[\]%-]`;

const HOST = new RegExp(`^${HOST_CHARACTER}*$`);

/** The absolute form: scheme, authority without user, and the rest. */
const ABSOLUTE = new RegExp(`^https?://(${HOST_CHARACTER}+)((?:[/?].*)?)$`, "i");

/** Whether a value of the header Host has no characters but those of hosts: any other is to be refused (RFC 9112, section 3.2). It may be empty. */
export function isHost(value: string): boolean {
  return HOST.test(value);
}

/** Splits a request target: a path with a query, or the same in a URL, as clients send it that take this server for a proxy. */
export function parseRequestTarget(target: string): RequestTarget {
  const [, authority, rest = ""] = target.startsWith("/") ? [] : (ABSOLUTE.exec(target) ?? []);
  const local = authority === undefined ? target : rest.startsWith("/") ? rest : `/${rest}`;
  const question = local.indexOf("?");
  return { path: question < 0 ? local : local.slice(0, question), search: question < 0 ? "" : local.slice(question + 1), authority };
}
