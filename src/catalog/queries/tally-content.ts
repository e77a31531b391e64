import type { Stats } from "../../api/packages.ts";
import type { ContentLink, GraphStore } from "../../storage/metadata/catalog/graph.ts";
import type { Visibility } from "../../storage/metadata/records.ts";
import { formatTime } from "./time.ts";

/** Contents whose use by others is asked for at once. */
const BATCH = 1000;

/** Bits of a set at first. */
const FIRST = 2 ** 16;

/** Adds up uses of content: what they would take with a copy each, and what they take. */
export interface ContentTally {
  add(link: ContentLink): void;
  /**
   * What no repository needs can be reclaimed. Those that the caller may not see are left out of account: whether they have some
   * content is not for everybody to find out.
   */
  result(graph: GraphStore, visible: Visibility): Promise<Pick<Stats, "blobs" | "reclaimable">>;
}

export function createContentTally(): ContentTally {
  const seen = createBitmap();
  const loose = new Map<number, ContentLink>();
  let references = 0;
  let logicalBytes = 0;
  let unique = 0;
  let storedBytes = 0;

  return {
    add(link) {
      const { contentId, size } = link;
      references += link.references;
      logicalBytes += link.references * size;
      if (!seen.has(contentId)) {
        seen.add(contentId);
        unique += 1;
        storedBytes += size;
      }
      const before = loose.get(contentId);
      if (link.loose && (before === undefined || link.linkedAt < before.linkedAt)) loose.set(contentId, link);
    },
    async result(graph, visible) {
      const ids = [...loose.keys()];
      for (let at = 0; at < ids.length; at += BATCH) for (const id of await graph.needed(ids.slice(at, at + BATCH), visible)) loose.delete(id);
      const reclaimable = [...loose.values()];
      const oldest = reclaimable.reduce((least, { linkedAt }) => Math.min(least, linkedAt), Number.POSITIVE_INFINITY);
      return {
        blobs: { references, unique, logicalBytes, storedBytes, ratio: storedBytes === 0 ? 1 : logicalBytes / storedBytes },
        reclaimable: {
          blobs: reclaimable.length,
          bytes: reclaimable.reduce((bytes, { size }) => bytes + size, 0),
          oldest: Number.isFinite(oldest) ? formatTime(oldest) : null,
        },
      };
    },
  };
}

/** A set of small integers from 0, a bit for each up to the largest. */
interface Bitmap {
  has(value: number): boolean;
  add(value: number): void;
}

function createBitmap(): Bitmap {
  let bytes = new Uint8Array(FIRST / 8);
  return {
    has: (value) => ((bytes[value >>> 3] ?? 0) & (1 << (value & 7))) !== 0,
    add(value) {
      const at = value >>> 3;
      if (at >= bytes.length) {
        const larger = new Uint8Array(Math.max(bytes.length * 2, at + 1));
        larger.set(bytes);
        bytes = larger;
      }
      bytes[at] = (bytes[at] ?? 0) | (1 << (value & 7));
    },
  };
}
