import { isDigest } from "../../oci/digest.ts";
import { type ImageReference, parseImageReference, parseRepositoryReference } from "../../oci/image-reference.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

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
