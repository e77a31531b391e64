import type { CollectedContent, CollectionCutoffs } from "../storage/metadata/collection.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { Stores } from "./registry.ts";

/** Rows handled in one transaction: small enough that pushes are not kept waiting. */
const BATCH = 500;

/** Sessions that are asked for at once. */
const SESSIONS = 500;

/** Rows that a preview looks at, which takes a second or two. */
const PREVIEW_LIMIT = 20_000;

/** Milliseconds for which a batch of content is the collector's to remove: afterwards a push may store it again. */
const LEASE = 2 * 60_000;

/** The lease of who goes over everything. Nothing depends on it: it keeps several from doing the same. */
export const COLLECTION_LEASE = "collection";

export interface CollectOptions {
  /** Milliseconds that the content of deleted and moved tags and of deleted manifests is kept. */
  readonly retention: number;
  /** Milliseconds that a blob is kept which no manifest of its repository refers to. */
  readonly unreferenced: number;
  /** Milliseconds after its last byte that staged content without a session is kept. */
  readonly uploadLifetime?: number;
  readonly now: () => Millis;
  readonly signal?: AbortSignal;
}

/** What was reclaimed, or would be. */
export interface Collected {
  readonly manifests: number;
  readonly links: number;
  readonly blobs: number;
  /** Of blobs. */
  readonly bytes: number;
  readonly uploads: number;
}

/**
 * Reclaims what no repository needs, in small transactions while pushes go on: first manifests and blob links whose time
 * is over, then content that no repository links, then uploads that expired. Content is chosen and marked in one
 * transaction, which a push that needs the same content sees before it stores any (`storeContent`).
 */
export async function collect(stores: Stores<"collection" | "uploads">, options: CollectOptions): Promise<Collected> {
  const links = await collectLinks(stores, options);
  await stores.content.putBackAbandoned();
  const blobs = await collectContent(stores, options);
  const uploads = await collectUploads(stores, options);
  return { ...links, ...blobs, uploads };
}

/**
 * What `collect` would reclaim now, without changing anything. Pushes wait while it counts, so it looks at a bounded number of rows.
 * @returns also whether it could look at all of them
 */
export async function previewCollect(
  { metadata }: Stores<"collection" | "uploads">,
  options: CollectOptions,
): Promise<Collected & { readonly complete: boolean }> {
  const preview = await metadata.collection.preview({ ...cutoffs(options), limit: PREVIEW_LIMIT });
  const expired = await metadata.uploads.listExpired(options.now(), PREVIEW_LIMIT);
  return { ...preview, uploads: expired.length };
}

function cutoffs({ now, retention, unreferenced }: CollectOptions): Omit<CollectionCutoffs, "limit"> {
  return { now: now(), deletedBefore: now() - retention, unreferencedBefore: now() - unreferenced };
}

async function collectLinks({ metadata }: Stores<"collection">, options: CollectOptions): Promise<{ manifests: number; links: number }> {
  const total = { manifests: 0, links: 0 };
  for (let more = true; more && !options.signal?.aborted; ) {
    const counts = await metadata.collection.collectLinks({ ...cutoffs(options), limit: BATCH });
    total.manifests += counts.manifests;
    total.links += counts.links;
    more = counts.more;
  }
  return total;
}

/**
 * Removes content that no repository links any more. Any number of processes share it out among themselves: each content is given to one
 * of them.
 */
export async function collectContent({ content, metadata }: Stores<"collection">, options: CollectOptions): Promise<Pick<Collected, "blobs" | "bytes">> {
  const total = { blobs: 0, bytes: 0 };
  while (!options.signal?.aborted) {
    const now = options.now();
    const until = now + LEASE;
    const chosen = await metadata.collection.begin({ now, until, limit: BATCH });
    if (chosen.length === 0) break;
    const aside = new Map<CollectedContent, string | undefined>();
    for (const collected of chosen) {
      // What a slow store leaves over is chosen again, once the time for it is over.
      if (options.now() - now > LEASE / 2) break;
      aside.set(collected, await content.withdraw(collected));
    }
    const removed = await removeWithdrawn({ content, metadata }, aside, until);
    await metadata.collection.finish(removed, until);
    total.blobs += removed.length;
    for (const { size } of removed) total.bytes += size;
  }
  return total;
}

/**
 * Removes content that was taken aside, as far as it is still this collector's: whoever got it after the lease was over, through a
 * clock that is wrong or a process that stood still, gets it back, and what was stored anew has another name.
 */
async function removeWithdrawn(
  { content, metadata }: Stores<"collection">,
  aside: ReadonlyMap<CollectedContent, string | undefined>,
  until: Millis,
): Promise<CollectedContent[]> {
  const digests = [...aside.keys()].map(({ digest }) => digest);
  const own = new Set(await metadata.collection.stillCollecting(digests, until));
  const [removed, names]: [CollectedContent[], Map<string, CollectedContent>] = [[], new Map()];
  for (const [collected, name] of aside) {
    if (name === undefined) {
      if (own.has(collected.digest)) removed.push(collected);
    } else if (own.has(collected.digest)) names.set(name, collected);
    else await content.putBack(name);
  }
  const gone = await content.discard([...names.keys()]);
  for (const [name, collected] of names) if (gone.has(name)) removed.push(collected);
  return removed;
}

async function collectUploads(stores: Stores<"uploads">, options: CollectOptions): Promise<number> {
  const { content, metadata } = stores;
  const ended = await endExpiredUploads(stores, options);
  const { uploadLifetime } = options;
  if (uploadLifetime === undefined) return ended;
  for await (const staged of content.listUploads()) {
    if (options.signal?.aborted) break;
    if (staged.modifiedAt > options.now() - uploadLifetime || (await metadata.uploads.find(staged.id)) !== undefined) continue;
    await content.cancelUpload(staged.id);
  }
  return ended;
}

/**
 * Ends upload sessions whose time is over and discards their bytes.
 * @returns how many
 */
export async function endExpiredUploads({ content, metadata }: Stores<"uploads">, { now, signal }: Pick<CollectOptions, "now" | "signal">): Promise<number> {
  let ended = 0;
  while (!signal?.aborted) {
    const expired = await metadata.uploads.listExpired(now(), SESSIONS);
    for (const { id } of expired) {
      if (await metadata.uploads.end(id)) ended++;
      await content.cancelUpload(id);
    }
    if (expired.length < SESSIONS) break;
  }
  return ended;
}
