import type { CollectOptions, Stores } from "./collector.ts";

/** Sessions that are asked for at once. */
const BATCH = 500;

/**
 * Ends upload sessions whose time is over and discards their bytes.
 * @returns how many
 */
export async function endExpiredUploads({ content, metadata }: Stores, { now, signal }: Pick<CollectOptions, "now" | "signal">): Promise<number> {
  let ended = 0;
  while (!signal?.aborted) {
    const expired = await metadata.expiredUploads(now(), BATCH);
    for (const { id } of expired) {
      if (await metadata.deleteUpload(id)) ended++;
      await content.cancelUpload(id);
    }
    if (expired.length < BATCH) break;
  }
  return ended;
}
