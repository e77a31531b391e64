import type { Digest } from "../oci/digest.ts";
import type { Tag } from "../oci/tag.ts";
import type { ContentTarget } from "./content/content.ts";
import { type FileToPush, type PushOptions, type PushResult, pushFiles } from "./push.ts";

/** As for a push; tags are not usual, since a referrer is found by its subject. */
export type AttachOptions = Omit<PushOptions, "subject" | "platform" | "tags"> & { readonly tags?: readonly Tag[] };

/**
 * Stores files as an artifact that refers to another of the same place: a signature, an SBOM, an attestation.
 * @throws ClientError `not-found` when there is no subject
 */
export async function attachFiles(target: ContentTarget, subject: Tag | Digest, files: readonly FileToPush[], options: AttachOptions): Promise<PushResult> {
  const { descriptor } = await target.manifest(subject, options.signal === undefined ? {} : { signal: options.signal });
  return await pushFiles(target, files, { ...options, tags: options.tags ?? [], subject: descriptor });
}
