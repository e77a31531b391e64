import type { Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/tag.ts";
import type { ContentSource, ReadOptions } from "./content.ts";

/** A source whose manifest is asked for at once, while what works with it is made ready; an error is told to who wants the manifest. */
export function askedNow(source: ContentSource, reference: Tag | Digest, options: ReadOptions): ContentSource {
  const root = source.manifest(reference, options);
  root.catch(() => {});
  return { ...source, manifest: async (asked, more) => (asked === reference ? await root : await source.manifest(asked, more)) };
}
