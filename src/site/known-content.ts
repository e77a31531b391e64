import { ClientError } from "../client/client-error.ts";
import type { ContentSource } from "../client/content/content.ts";
import { describeManifest } from "../client/content/manifest-bytes.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import type { Tag } from "../oci/tag.ts";

export interface KnownContent {
  /** All tags that the repository has. */
  readonly tags: ReadonlySet<Tag>;
  /** Bytes of a manifest that is known already, verified. */
  readonly kept: (digest: Digest) => Promise<Uint8Array | undefined>;
}

/**
 * A source that is asked for what is not known only: not for tags that its list does not have, such as those of signers, nor for
 * manifests that are here, nor twice for the referrers of one.
 */
export function knownContent(source: ContentSource, { tags, kept }: KnownContent): ContentSource {
  const referrers = new Map<Digest, Promise<readonly Descriptor[]>>();
  return {
    ...source,
    async manifest(reference, options) {
      if (isDigest(reference)) {
        const bytes = await kept(reference);
        if (bytes !== undefined) return describeManifest(bytes, { digest: reference, contentType: undefined, name: `${source.name}@${reference}` });
      } else if (!tags.has(reference)) throw new ClientError("not-found", `cannot read ${source.name}:${reference}: not found`);
      return await source.manifest(reference, options);
    },
    referrers(subject, options) {
      const asked = referrers.get(subject) ?? source.referrers(subject, options);
      referrers.set(subject, asked);
      return asked;
    },
  };
}
