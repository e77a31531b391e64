import type { Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { BlobLink } from "../storage/metadata/blobs.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { Registry } from "./registry.ts";

/**
 * Milliseconds that the collector leaves announced content alone. Half of it is more than linking takes; storing may take
 * longer, and is then announced once more.
 */
const RESERVATION = 2 * 60_000;

/** Milliseconds to wait for the collector when it is removing the very content that is pushed, and between two looks. */
const COLLECTING_LIMIT = 30_000;
const COLLECTING_POLL = 25;

/**
 * Stores content and makes it a blob of a repository, so that the collector can take it away at no point in between:
 * the content is reserved first, then stored by `store`, then linked in the transaction that makes it visible.
 * @param store makes the content durable and returns its size in bytes; the content must not be there before `reserved` has resolved
 */
export async function storeContent(
  registry: Registry<"blobs">,
  link: Omit<BlobLink, "size" | "now">,
  store: (reserved: Promise<unknown>) => Promise<number>,
): Promise<number> {
  const reserving = reserve(registry, link.digest);
  // Nobody waits for it any more when storing fails before.
  reserving.catch(() => undefined);
  const size = await store(reserving);
  const reservedAt = await reserving;
  if (registry.now() - reservedAt > RESERVATION / 2) await reserveStored(registry, link.digest, size);
  await registry.metadata.blobs.link({ ...link, size, now: registry.now() });
  return size;
}

/** After a store that took long: the collector may have taken what was stored, and nobody else's push makes up for that. */
async function reserveStored(registry: Registry<"blobs">, digest: Digest, size: number): Promise<void> {
  await reserve(registry, digest);
  if ((await registry.content.stat(digest)) === size) return;
  throw new RegistryError("UNAVAILABLE", `the collector removed ${digest} before it was linked; push it again`, { headers: { "Retry-After": "1" } });
}

/** Resolves with the time at which the content was announced. */
async function reserve(registry: Registry<"blobs">, digest: Digest): Promise<Millis> {
  const giveUpAt = registry.now() + COLLECTING_LIMIT;
  for (;;) {
    const now = registry.now();
    if (await registry.metadata.blobs.reserve(digest, now + RESERVATION, now)) return now;
    if (now >= giveUpAt) {
      throw new RegistryError("UNAVAILABLE", `the collector is still removing ${digest}; push again in a moment`, { headers: { "Retry-After": "5" } });
    }
    await Bun.sleep(COLLECTING_POLL);
  }
}
