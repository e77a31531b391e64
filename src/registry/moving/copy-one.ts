import { type ContentReference, type ContentStore, ContentStoreError, type Stored } from "../../storage/content-store.ts";
import { isDamaged } from "../is-damaged.ts";
import type { ScrubProblem } from "../scrub.ts";

/** Contents that are copied at once: small ones wait for the disk, or the network, together. */
const AT_ONCE = 16;

export interface CopyOneOptions {
  readonly from: Pick<ContentStore, "read" | "stat">;
  readonly to: Pick<ContentStore, "write">;
  readonly signal: AbortSignal;
}

/**
 * Copies content, whose digest is looked at on the way. Gives where the copy is, or what is wrong with the content at the source.
 * @throws ContentStoreError `unavailable` when the source does not answer
 */
export async function copyOne(
  content: ContentReference & { readonly size: number },
  { from, to, signal }: CopyOneOptions,
): Promise<Stored | ScrubProblem["problem"]> {
  const { digest, size } = content;
  let failed = false;
  const reading = await from.read(content).catch(async (error: unknown) => {
    if (await isDamaged(error, content, from)) return "corrupt" as const;
    throw error;
  });
  if (reading === undefined) return "missing";
  if (reading === "corrupt") return reading;
  const reader = reading.getReader();
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
    } catch (error) {
      failed = true;
      throw error;
    }
  }
  try {
    const written = await to.write(digest, source(), { expected: size, signal });
    return written.size === size ? written : "corrupt";
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const isOther = error instanceof ContentStoreError && error.reason === "digest-mismatch";
    if (isOther || (failed && (await isDamaged(error, content, from)))) return "corrupt";
    throw error;
  } finally {
    // a target that gives up before it has read anything leaves the file open
    await reader.cancel().catch(() => undefined);
  }
}

/** Runs `work` for all, a number of them at once; the first that fails ends it, when those under way have ended. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const one = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, items.length) }, one));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
