import { abbreviate } from "./digest.ts";
import { RegistryError } from "./errors.ts";

declare const brand: unique symbol;

/** A repository name that was parsed: path components separated by `/`. */
export type RepositoryName = string & { readonly [brand]: "RepositoryName" };

/** distribution-spec, "Pulling manifests": the grammar of `<name>`. */
export const REPOSITORY_NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** Characters: host and name together are limited to 255 by many clients, so a longer name could never be pulled. */
export const NAME_LIMIT = 255;

/** True when `text` is a repository name. */
export function isRepositoryName(text: string): text is RepositoryName {
  return text.length <= NAME_LIMIT && REPOSITORY_NAME.test(text);
}

/**
 * Parses a repository name, e.g. `library/alpine`.
 * @throws RegistryError `NAME_INVALID`
 */
export function parseRepositoryName(text: string): RepositoryName {
  if (isRepositoryName(text)) return text;
  throw new RegistryError(
    "NAME_INVALID",
    `invalid repository name '${abbreviate(text)}': expected lower-case letters, digits and single separators . _ __ - between them, parts joined by /, at most ${NAME_LIMIT} characters`,
  );
}
