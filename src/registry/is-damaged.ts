import { type ContentReference, type ContentStore, ContentStoreError } from "../storage/content-store.ts";

/**
 * Whether content that could not be read is damaged where it lies. A service that does not answer says nothing of what it has, unless it has
 * another size than what was stored.
 */
export async function isDamaged(error: unknown, content: ContentReference, store: Pick<ContentStore, "stat">): Promise<boolean> {
  if (!(error instanceof ContentStoreError && error.reason === "unavailable")) return true;
  return store.stat(content).then(
    (size) => size !== content.size,
    () => false,
  );
}
