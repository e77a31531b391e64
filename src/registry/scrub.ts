import { type Digest, digestAlgorithm, digestOf } from "../oci/digest.ts";
import { type ContentStore, ContentStoreError } from "../storage/content-store.ts";
import type { CollectionStore, ListedContent } from "../storage/metadata/collection.ts";
import type { Millis } from "../storage/metadata/records.ts";
import { brokenUploads } from "./broken-uploads.ts";
import { isDamaged } from "./is-damaged.ts";
import type { Stores } from "./registry.ts";

const PAGE = 500;

export interface ScrubProblem {
  readonly digest: Digest;
  readonly kind: "blob" | "manifest";
  readonly problem: "missing" | "corrupt";
}

export interface ScrubReport {
  /** Blobs and manifests read. */
  readonly checked: number;
  readonly bytes: number;
  readonly problems: readonly ScrubProblem[];
  /** Contents that lie in the content store though the database does not know them. They stay: see `removeUnknown`. */
  readonly orphans: number;
  /** Bytes of them. */
  readonly orphanBytes: number;
  /** What a service has of uploads that no session knows, and that are older than a day. It stays, too. */
  readonly brokenUploads: number;
  /** There are more unknown contents than known ones, so this is hardly the database of the content. */
  readonly mostlyUnknown: boolean;
}

export interface ScrubOptions {
  /** The time of the database, Unix milliseconds. */
  readonly now: Millis;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly checked: number; readonly bytes: number }) => void;
}

/** Reads every blob and manifest and compares it with its digest. It reports, and changes nothing. */
export async function scrub(stores: Stores<"collection" | "blobs">, options: ScrubOptions): Promise<ScrubReport> {
  const { content } = stores;
  const { blobs, collection } = stores.metadata;
  const problems: ScrubProblem[] = [];
  let checked = 0;
  let bytes = 0;
  let after: string | undefined;
  while (!options.signal?.aborted) {
    const page = await collection.listContent({ after, limit: PAGE });
    for (const listed of page) {
      const { digest, size, kind } = listed;
      if (options.signal?.aborted) break;
      const problem = kind === "blob" ? await checkBlob(content, listed) : await checkManifest(collection, digest);
      if (problem !== undefined && (kind === "manifest" || (await blobs.listRepositories(digest, { limit: 1 })).length > 0))
        problems.push({ digest, kind, problem });
      checked++;
      bytes += size;
      options.onProgress?.({ checked, bytes });
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.digest;
  }
  return { checked, bytes, problems, ...(await countUnknown(stores, options)), brokenUploads: await countBroken(stores, options) };
}

async function checkBlob(content: ContentStore, blob: ListedContent): Promise<ScrubProblem["problem"] | undefined> {
  const { digest } = blob;
  const stream = await content.read(blob).catch(async (error: unknown) => {
    if (error instanceof ContentStoreError && (await isDamaged(error, blob, content))) return "corrupt" as const;
    throw error;
  });
  if (stream === undefined) return "missing";
  if (stream === "corrupt") return stream;
  const algorithm = digestAlgorithm(digest);
  const hasher = new Bun.CryptoHasher(algorithm);
  for await (const chunk of stream) hasher.update(chunk);
  return `${algorithm}:${hasher.digest("hex")}` === digest ? undefined : "corrupt";
}

async function checkManifest(collection: CollectionStore, digest: Digest): Promise<ScrubProblem["problem"] | undefined> {
  const body = await collection.manifestBody(digest);
  if (body === undefined) return "missing";
  return digestOf(body, digestAlgorithm(digest)) === digest ? undefined : "corrupt";
}

async function countUnknown(
  { content, metadata }: Stores<"collection">,
  { signal }: ScrubOptions,
): Promise<Pick<ScrubReport, "orphans" | "orphanBytes" | "mostlyUnknown">> {
  let [orphans, orphanBytes, known] = [0, 0, 0];
  for await (const copy of content.list()) {
    if (signal?.aborted) break;
    if (await metadata.collection.knows(copy)) known++;
    else {
      orphans++;
      orphanBytes += copy.size;
    }
  }
  return { orphans, orphanBytes, mostlyUnknown: orphans > known };
}

async function countBroken(stores: Stores<"collection">, { signal, now }: ScrubOptions): Promise<number> {
  let count = 0;
  for await (const _ of brokenUploads(stores, now)) {
    if (signal?.aborted) break;
    count++;
  }
  return count;
}
