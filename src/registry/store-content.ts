import type { Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { BlobLink } from "../storage/metadata-store.ts";
import type { Registry } from "./registry.ts";

/** Milliseconds that the collector leaves announced content alone; far more than storing and linking it takes. */
const RESERVATION = 15 * 60_000;

/** Milliseconds to wait for the collector when it is removing the very content that is pushed, and between two looks. */
const COLLECTING_LIMIT = 30_000;
const COLLECTING_POLL = 25;

/**
 * Stores content and makes it a blob of a repository, so that the collector can take it away at no point in between:
 * the content is reserved first, then stored by `store`, then linked in the transaction that makes it visible.
 * @param store makes the content durable and returns its size in bytes
 */
export async function storeContent(registry: Registry, link: Omit<BlobLink, "size" | "now">, store: () => Promise<number>): Promise<number> {
  await reserve(registry, link.digest);
  const size = await store();
  await registry.metadata.linkBlob({ ...link, size, now: registry.now() });
  return size;
}

async function reserve(registry: Registry, digest: Digest): Promise<void> {
  const giveUpAt = registry.now() + COLLECTING_LIMIT;
  while (!(await registry.metadata.reserveContent(digest, registry.now() + RESERVATION))) {
    if (registry.now() >= giveUpAt) {
      throw new RegistryError("UNAVAILABLE", `the collector is still removing ${digest}; push again in a moment`, { headers: { "Retry-After": "5" } });
    }
    await Bun.sleep(COLLECTING_POLL);
  }
}
