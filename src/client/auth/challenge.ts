/** One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Characters that are looked at. */
const LIMIT = 8192;

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const PARAMETER = /\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*/y;
const SEPARATORS = /[\s,]*/y;

/** Parses what it can of a header with one or several challenges; never throws. */
export function parseChallenges(header: string | null): Challenge[] {
  const text = (header ?? "").slice(0, LIMIT);
  const challenges: Challenge[] = [];
  let at = skip(SEPARATORS, text, 0);
  while (at < text.length) {
    const scheme = match(TOKEN, text, at)?.[0];
    if (scheme === undefined) break;
    at = skip(/\s*/y, text, at + scheme.length);
    const parameters: Record<string, string> = {};
    for (let found = match(PARAMETER, text, at); found !== undefined; found = match(PARAMETER, text, at)) {
      parameters[(found[1] ?? "").toLowerCase()] = found[2]?.replaceAll(/\\(.)/g, "$1") ?? found[3] ?? "";
      at = skip(SEPARATORS, text, at + found[0].length);
    }
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    at = skip(SEPARATORS, text, at);
  }
  return challenges;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function skip(pattern: RegExp, text: string, at: number): number {
  return at + (match(pattern, text, at)?.[0].length ?? 0);
}
