import { RegistryError } from "../../oci/errors.ts";

/** Rows of a page when the client names no number, and at most. */
export const PAGE_DEFAULT = 1000;
const PAGE_LIMIT = 10_000;

/** Characters: longer than any name, tag, digest or media type. */
const TEXT_LIMIT = 300;

/**
 * The `n` parameter: how many results the client wants.
 * @throws RegistryError `UNSUPPORTED` unless it is a whole number from 0
 */
export function pageSize(query: URLSearchParams): number {
  const text = query.get("n");
  if (text === null) return PAGE_DEFAULT;
  if (!/^\d{1,9}$/.test(text)) {
    throw new RegistryError("UNSUPPORTED", `invalid number of results '${text.slice(0, 40)}': n must be a whole number from 0`, {
      detail: { n: text.slice(0, 40) },
    });
  }
  return Math.min(Number(text), PAGE_LIMIT);
}

/** Printable ASCII, which tags, names, digests and media types are made of. */
const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * A text parameter that goes into a query: the `last` result of the page before, or a filter. Empty is as absent.
 * @throws RegistryError `UNSUPPORTED` when it holds what can be in no name
 */
export function textParameter(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (text.length <= TEXT_LIMIT && PRINTABLE.test(text)) return text;
  throw new RegistryError("UNSUPPORTED", `invalid ${name}: expected at most ${TEXT_LIMIT} printable ASCII characters`);
}

/** The value of a `Link` header to the next page (RFC 8288): the same request with another `last`. */
export function nextLink(path: string, parameters: Readonly<Record<string, string | number>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
  return `<${path}?${query}>; rel="next"`;
}
