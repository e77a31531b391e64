import type { BlobCache } from "../cache.ts";
import type { ContentSource } from "./content.ts";

/** A source whose blobs come from the cache where they are there. Nothing is added to the cache. */
export function cachedSource(source: ContentSource, cache: BlobCache): ContentSource {
  return {
    ...source,
    async *blob(descriptor, options) {
      yield* (await cache.open(descriptor, options)) ?? source.blob(descriptor, options);
    },
  };
}
