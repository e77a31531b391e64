import { randomUUID } from "node:crypto";
import type { Digest } from "../../oci/digest.ts";
import type { ContentStore } from "../../storage/content-store.ts";
import { openMemoryStore } from "../../storage/memory/memory-store.ts";

/** A content store in memory that gives every copy a location of its own. */
export interface LocatedContent {
  readonly store: ContentStore;
  /** The locations where something is. */
  readonly locations: () => string[];
}

export function locatedContent(): LocatedContent {
  const copies = new Map<string, { readonly digest: Digest; readonly copy: ContentStore }>();
  const at = (location: string | undefined) => copies.get(location ?? "")?.copy;
  const store: ContentStore = {
    ...openMemoryStore(),
    async write(digest, source, options) {
      const copy = openMemoryStore();
      const { size } = await copy.write(digest, source, options);
      const location = randomUUID();
      copies.set(location, { digest, copy });
      return { size, location };
    },
    stat: async (content) => at(content.location)?.stat(content),
    locate: (content) => at(content.location)?.locate(content),
    read: async (content, range) => at(content.location)?.read(content, range),
    withdraw: async ({ location }) => location,
    discard: async (locations) => new Set(locations.filter((location) => copies.delete(location))),
    putBack: async () => undefined,
    async *list() {
      for (const [location, { copy }] of copies) for await (const { size, since } of copy.list()) yield { digest: undefined, location, size, since };
    },
  };
  return { store, locations: () => [...copies.keys()] };
}
