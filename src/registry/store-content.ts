import type { Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { ContentReference, Stored } from "../storage/content-store.ts";
import type { BlobLink, LinkedContent } from "../storage/metadata/blobs.ts";
import { MetadataStoreError } from "../storage/metadata/error.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { Registry } from "./registry.ts";

/** A blob of a repository to be. */
export type NewBlob = Omit<BlobLink, "size" | "location" | "now">;

/** Resolves when the content is announced, so that it may come to its place; to be called when all of it has arrived. */
export type Announced = () => Promise<unknown>;

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
 * the content is reserved while it arrives, then stored by `store`, then linked in the transaction that makes it visible.
 * @param store makes the content durable; the content must not be there before `announced` has resolved
 * @returns its size in bytes
 */
export async function storeContent(registry: Registry<"blobs">, blob: NewBlob, store: (announced: Announced) => Promise<Stored>): Promise<number> {
  const { digest } = blob;
  let reserving = reserve(registry, digest);
  // Nobody waits for it any more when storing fails before.
  reserving.catch(() => undefined);
  const stored = await store(async () => {
    if (isOld(registry, await reserving)) reserving = reserve(registry, digest);
    await reserving;
  });
  if (isOld(registry, await reserving)) await reserveStored(registry, { digest, ...stored });
  try {
    const linked = await registry.metadata.blobs.link({ ...blob, ...stored, now: registry.now() });
    await settle(registry, digest, linked);
  } catch (error) {
    await discardRefused(registry, stored, error);
    throw error;
  }
  return stored.size;
}

/**
 * As `storeContent`, for content that can be stored again at once, and with one change of the database: it is stored, then linked
 * unreserved. Where the collector took it in between, it is stored again, before it is visible if that is known by then.
 */
export async function storeUnreserved(registry: Registry<"blobs">, blob: NewBlob, store: () => Promise<Stored>): Promise<number> {
  const { content, metadata, now } = registry;
  const stored = await store();
  const ensureStored = async () => {
    if (stored.location === undefined && (await content.stat(blob)) !== stored.size) await store();
  };
  try {
    await patiently(registry, blob.digest, async () => {
      const linked = await link(metadata, { ...blob, ...stored, now: now() });
      if (linked === undefined) await ensureStored();
      else await settle(registry, blob.digest, linked);
      return linked !== undefined;
    });
  } catch (error) {
    await discardRefused(registry, stored, error);
    // What nobody linked gets a record, by which the collector finds it.
    void metadata.blobs.reserve(blob.digest, now(), now()).catch(() => undefined);
    throw error;
  }
  await ensureStored();
  return stored.size;
}

/** Removes the copy that lost against one that was there. Where that one has gone from its place, the new one takes it. */
async function settle({ content, metadata }: Registry<"blobs">, digest: Digest, { location, spare }: LinkedContent): Promise<void> {
  if (spare === undefined) return;
  if (location !== undefined && (await content.stat({ digest, location })) === undefined) {
    if (await metadata.blobs.relocate({ digest, from: location, to: spare })) return;
  }
  // What cannot be removed now is a copy that nobody knows, as a scrub reports.
  await content.discard([spare]).catch(() => undefined);
}

/** Removes a copy that the database did not take. Where nobody knows whether it did, the copy stays, for a scrub to find. */
async function discardRefused({ content }: Pick<Registry, "content">, { location }: Stored, error: unknown): Promise<void> {
  const isRefused = error instanceof RegistryError || (error instanceof MetadataStoreError && error.reason === "collecting");
  if (isRefused && location !== undefined) await content.discard([location]).catch(() => undefined);
}

/** Undefined while the collector is removing this very content. */
async function link({ blobs }: Registry<"blobs">["metadata"], blob: BlobLink): Promise<LinkedContent | undefined> {
  try {
    return await blobs.linkUnreserved(blob);
  } catch (error) {
    if (error instanceof MetadataStoreError && error.reason === "collecting") return undefined;
    throw error;
  }
}

/**
 * After a store that took long: the collector may have taken what was stored, unless that has a location, which nobody knows yet; and
 * nobody else's push makes up for it.
 */
async function reserveStored(registry: Registry<"blobs">, stored: ContentReference): Promise<void> {
  const { digest, size, location } = stored;
  await reserve(registry, digest);
  if (location !== undefined || (await registry.content.stat(stored)) === size) return;
  throw new RegistryError("UNAVAILABLE", `the collector removed ${digest} before it was linked; push it again`, { headers: { "Retry-After": "1" } });
}

/** Resolves with the time at which the content was announced. */
async function reserve(registry: Registry<"blobs">, digest: Digest): Promise<Millis> {
  let now = registry.now();
  await patiently(registry, digest, () => {
    now = registry.now();
    return registry.metadata.blobs.reserve(digest, now + RESERVATION, now);
  });
  return now;
}

function isOld(registry: Registry<"blobs">, reservedAt: Millis): boolean {
  return registry.now() - reservedAt > RESERVATION / 2;
}

/** Tries until the collector is not removing this very content any more. */
async function patiently({ now }: Pick<Registry, "now">, digest: Digest, attempt: () => Promise<boolean>): Promise<void> {
  const giveUpAt = now() + COLLECTING_LIMIT;
  while (!(await attempt())) {
    if (now() >= giveUpAt) {
      throw new RegistryError("UNAVAILABLE", `the collector is still removing ${digest}; push again in a moment`, { headers: { "Retry-After": "5" } });
    }
    await Bun.sleep(COLLECTING_POLL);
  }
}
