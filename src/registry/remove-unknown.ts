import type { Stores } from "./registry.ts";

export interface UnknownOptions {
  /** Milliseconds that content without a record is kept since it came to the content store. */
  readonly retention: number;
  readonly now: () => number;
  /** Go on when there is more unknown content than known. */
  readonly evenIfMost?: boolean | undefined;
  /** Only count. */
  readonly dryRun?: boolean | undefined;
}

/** Content that no record knows. */
export interface Unknown {
  /** Old enough to go. */
  readonly contents: number;
  readonly bytes: number;
  /** Those that stay, since they are younger. */
  readonly kept: number;
  /** Contents that the database knows. */
  readonly known: number;
  /** There is more unknown content than known, which speaks for the wrong database or an old one, so nothing goes. */
  readonly refused: boolean;
}

/**
 * Gives the content that the database does not know to the next run of the collector, when it is older than the retention. A push
 * that stores the same content meanwhile has it stay.
 */
export async function removeUnknown(
  { content, metadata }: Stores<"collection" | "blobs">,
  { retention, now, evenIfMost = false, dryRun = false }: UnknownOptions,
): Promise<Unknown> {
  let [known, unknown] = [0, 0];
  for await (const { digest } of content.list()) {
    if (await metadata.collection.knows(digest)) known++;
    else unknown++;
  }
  if (unknown > known && !evenIfMost) return { contents: 0, bytes: 0, kept: unknown, known, refused: true };
  const result = { contents: 0, bytes: 0, kept: 0, known, refused: false };
  for await (const { digest, size, since } of content.list()) {
    if (await metadata.collection.knows(digest)) continue;
    if (since > now() - retention) {
      result.kept++;
      continue;
    }
    result.contents++;
    result.bytes += size;
    if (!dryRun) await metadata.blobs.reserve(digest, now() - 1, now());
  }
  return result;
}
