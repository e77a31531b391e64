/** What the arguments of `opm mod publish` say: a place, a version, or both. */
export interface PublishArguments {
  readonly reference: string | undefined;
  /** As written: whether it is one is checked later, together with all else. */
  readonly version: string | undefined;
}

/** A word that is a version, or was meant to be one: no place looks like it. */
const VERSION_WORD = /^(?:[vV]?[0-9]+(?:\.[0-9]+){0,2}(?:[-+].*)?|[^./:@]+)$/;

/** A host with a port and nothing after it. */
const HOST_PORT = /^(?:\[[^\]]*\]|[^/:[\]]+):[0-9]{1,5}$/;

/**
 * Reads `<version>`, `<ref> <version>`, `<ref>:<version>`, `<ref>@<version>`, `<ref>`, or nothing.
 * @param major of the module, `v1`: a place may end in it, as the path of the module does (`lib.test/base@v1`)
 */
export function parsePublishArguments(texts: readonly string[], major: string): PublishArguments {
  const [first, second] = texts;
  if (first === undefined) return { reference: undefined, version: undefined };
  if (second !== undefined) return { reference: withoutMajor(first, major), version: second };
  if (VERSION_WORD.test(first)) return { reference: undefined, version: first };
  if (HOST_PORT.test(first) || first.endsWith(`@${major}`)) return { reference: withoutMajor(first, major), version: undefined };
  const inPlace = Math.max(first.lastIndexOf("/"), first.lastIndexOf("]"));
  const split = Math.max(first.lastIndexOf("@"), first.lastIndexOf(":"));
  if (split <= inPlace) return { reference: first, version: undefined };
  return { reference: withoutMajor(first.slice(0, split), major), version: first.slice(split + 1) };
}

/** A place has no major: all of them are there. */
function withoutMajor(place: string, major: string): string {
  return place.endsWith(`@${major}`) ? place.slice(0, -major.length - 1) : place;
}
