import type { ContentSource, StoredManifest } from "../../client/content/content.ts";
import { repositoryContent } from "../../client/content/repository-content.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { RegistryError } from "../../oci/errors.ts";
import { type ImageReference, manifestReferenceOf, parseImageReference } from "../../oci/image-reference.ts";
import { ComponentError } from "../component-error.ts";

/** An artifact that a reference names, in its registry. */
export interface RegistryArtifact {
  readonly reference: ImageReference;
  readonly source: ContentSource;
  readonly manifest: StoredManifest;
}

/**
 * Finds the artifact that a reference names. It may begin with a scheme, as some writers put one in front.
 * @throws ComponentError `invalid`; ClientError
 */
export async function findRegistryArtifact(
  text: string,
  { client, signal }: { readonly client: RegistryClient; readonly signal?: AbortSignal | undefined },
): Promise<RegistryArtifact> {
  const reference = parse(text);
  const source = repositoryContent(client.repository(reference.registry, reference.repository));
  return { reference, source, manifest: await source.manifest(manifestReferenceOf(reference), { ...(signal && { signal }) }) };
}

function parse(text: string): ImageReference {
  try {
    return parseImageReference(text.replace(/^(?:https?|oci|docker):\/\//, ""));
  } catch (cause) {
    if (!(cause instanceof RegistryError)) throw cause;
    throw new ComponentError("invalid", cause.message, { cause });
  }
}
