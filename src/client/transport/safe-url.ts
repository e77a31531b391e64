/** Parameters whose values are no secret: those of the distribution API, of token servers, and of the package API. */
const SHOWN: ReadonlySet<string> = new Set(
  (
    "action annotation artifactType class configMediaType depth digest direction from label last mediaType mount n name namespace order platform prerelease " +
    "project q range reference referrer repository rule scope service signed since sort subject tag total type until"
  ).split(" "),
);

/** A URL as it may be shown: without user and password, and with `…` for values that may be secret, such as those of signed URLs. */
export function safeUrl(url: URL): string {
  const parameters = [...url.searchParams].map(([name, value]) => `${encodeURIComponent(name)}=${SHOWN.has(name) ? shown(value) : "…"}`);
  return `${url.protocol}//${url.host}${url.pathname}${parameters.length === 0 ? "" : `?${parameters.join("&")}`}`;
}

/** Encoded, but for what is as clear without it. */
function shown(value: string): string {
  return encodeURIComponent(value).replaceAll(/%(?:3A|2F|2C)/g, decodeURIComponent);
}
