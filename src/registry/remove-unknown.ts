import { brokenUploads } from "./broken-uploads.ts";
import type { Stores } from "./registry.ts";

/**
 * Milliseconds that a copy with a location is kept at least: a push that has stored it links it soon, and nothing else tells of it. Some services
 * count from the beginning of an upload.
 */
const ON_THE_WAY = 24 * 60 * 60_000;

/** Copies that are removed at once. */
const BATCH = 1000;

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
  /** What a service had of uploads that no session knows, and that are older than a day; it goes as well. */
  readonly uploads: number;
  /** Those that stay, since they are younger. */
  readonly kept: number;
  /** Contents that the database knows. */
  readonly known: number;
  /** There is more unknown content than known, which speaks for the wrong database or an old one, so nothing goes. */
  readonly refused: boolean;
}

/**
 * Gives the content that the database does not know to the next run of the collector, when it is older than the retention. A push
 * that stores the same content meanwhile has it stay. Broken uploads are ended.
 */
export async function removeUnknown(
  { content, metadata }: Stores<"collection" | "blobs">,
  { retention, now, evenIfMost = false, dryRun = false }: UnknownOptions,
): Promise<Unknown> {
  let [known, unknown] = [0, 0];
  for await (const copy of content.list()) {
    if (await metadata.collection.knows(copy)) known++;
    else unknown++;
  }
  if (unknown > known && !evenIfMost) return { contents: 0, bytes: 0, uploads: 0, kept: unknown, known, refused: true };
  const strays: string[] = [];
  const result = { contents: 0, bytes: 0, uploads: 0, kept: 0, known, refused: false };
  for await (const copy of content.list()) {
    if (await metadata.collection.knows(copy)) continue;
    if (copy.since > now() - (copy.location === undefined ? retention : Math.max(retention, ON_THE_WAY))) {
      result.kept++;
      continue;
    }
    result.contents++;
    result.bytes += copy.size;
    if (dryRun) continue;
    const { digest, location } = copy;
    // What has a location of its own is in no push's way, and goes at once.
    if (location !== undefined) strays.push(location);
    else if (digest !== undefined) await metadata.blobs.reserve(digest, now() - 1, now());
    if (strays.length === BATCH) await content.discard(strays.splice(0));
  }
  await content.discard(strays);
  for await (const upload of brokenUploads({ content }, now())) {
    result.uploads++;
    if (!dryRun) await upload.end();
  }
  return result;
}
