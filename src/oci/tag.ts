import { abbreviate } from "./digest.ts";
import { RegistryError } from "./errors.ts";

declare const brand: unique symbol;

/** A tag that was parsed: at most 128 characters of the specification's alphabet. */
export type Tag = string & { readonly [brand]: "Tag" };

/** distribution-spec, "Pulling manifests": the grammar of a tag. */
export const TAG_NAME = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** True when `text` is a tag. */
export function isTag(text: string): text is Tag {
  return TAG_NAME.test(text);
}

/**
 * Parses a tag, e.g. `v1.2.3`.
 * @throws RegistryError `TAG_INVALID`
 */
export function parseTag(text: string): Tag {
  if (isTag(text)) return text;
  throw new RegistryError("TAG_INVALID", `invalid tag '${abbreviate(text)}': expected 1 to 128 characters [a-zA-Z0-9_][a-zA-Z0-9._-]*`);
}
