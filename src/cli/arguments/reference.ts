import { formatImageReference, type ImageReference, parseImageReference } from "../../oci/image-reference.ts";
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
