import { isDigest } from "../../oci/digest.ts";
import { formatImageReference, type ImageReference, parseImageReference, parseRepositoryReference } from "../../oci/image-reference.ts";
import type { Tag } from "../../oci/tag.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/**
 * A reference that names a tag or a digest, for commands that change something: `latest` is never meant by leaving it out.
 * @throws CliError `invalid`, RegistryError
 */
export function parseExplicitReference(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference.tag !== undefined || reference.digest !== undefined) return reference;
  throw new CliError(EXIT.invalid, `'${text}' names neither a tag nor a digest: write e.g. ${formatImageReference({ ...reference, tag: "v1" as Tag })}`);
}

/** `registry/repository`, without tag and digest. */
export function repositoryText({ registry, repository }: Pick<ImageReference, "registry" | "repository">): string {
  return `${registry}/${repository}`;
}

/** What `opm resolve` is asked for. */
export interface ResolveArgument extends Pick<ImageReference, "registry" | "repository" | "tag"> {
  readonly range: string | undefined;
}

/**
 * Parses `name`, `name:tag` or `name@range`; the range may stand in `--range` instead.
 * @throws CliError `invalid`, RegistryError
 */
export function parseResolveArgument(text: string, option: string | undefined): ResolveArgument {
  const at = text.indexOf("@");
  const behind = at < 0 ? undefined : text.slice(at + 1);
  if (behind !== undefined && isDigest(behind)) throw new CliError(EXIT.invalid, `'${text}' names a digest: there is nothing to resolve`);
  if (behind === "") throw new CliError(EXIT.invalid, `'${text}' has no range after the @: write e.g. ${text}^1.2`);
  if (behind !== undefined && option !== undefined) throw new CliError(EXIT.invalid, "the range is given twice: once after the @ and once with --range");
  const range = behind ?? option;
  if (behind !== undefined) return { ...parseRepositoryReference(text.slice(0, at)), tag: undefined, range };
  const { registry, repository, tag } = parseImageReference(text);
  if (tag !== undefined && range !== undefined) throw new CliError(EXIT.invalid, `'${text}' names a tag: leave it out, or leave out --range`);
  return { registry, repository, tag, range };
}
