import { type Digest, parseDigest } from "./digest.ts";
import { parseTag, type Tag } from "./tag.ts";

/** The `<tag-or-digest>` of a manifest URL. */
export type ManifestReference = { readonly tag: Tag } | { readonly digest: Digest };

/**
 * Parses the `<tag-or-digest>` of a manifest URL: whatever holds a `:` is a digest, the rest a tag.
 * @throws RegistryError `DIGEST_INVALID` or `TAG_INVALID`
 */
export function parseManifestReference(text: string): ManifestReference {
  return text.includes(":") ? { digest: parseDigest(text) } : { tag: parseTag(text) };
}
