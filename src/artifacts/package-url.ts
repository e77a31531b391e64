/** A package URL (purl-spec) taken apart as far as dependencies need it. */
export interface PackageUrl {
  /** Without version, qualifiers and subpath, e.g. `pkg:npm/%40scope/name`. */
  readonly key: string;
  readonly version: string | undefined;
}

const PACKAGE_URL = /^pkg:\/*([a-z][a-z0-9.+-]*)\/([^?#]+)/i;

/** Parses a package URL; undefined when it is none. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  const match = PACKAGE_URL.exec(text);
  const type = match?.[1]?.toLowerCase();
  const rest = match?.[2]?.replace(/\/+$/, "");
  if (type === undefined || !rest) return undefined;
  // An @ in a namespace is percent-encoded, yet not by every tool: the one of the version is the last.
  const at = rest.lastIndexOf("@");
  const version = at > 0 ? decode(rest.slice(at + 1)) : undefined;
  return { key: `pkg:${type}/${at > 0 ? rest.slice(0, at) : rest}`, version: version || undefined };
}

/** Key of a package of which only a name is known. */
export function genericPackageKey(name: string): string {
  return `pkg:generic/${encodeURIComponent(name.toWellFormed())}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
