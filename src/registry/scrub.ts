import { type Digest, digestAlgorithm, digestOf } from "../oci/digest.ts";
import type { Stores } from "./collector.ts";

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
  /** Contents that lie in the content store though no repository ever got them; the next collector run removes them. */
  readonly orphans: number;
}

export interface ScrubOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly checked: number; readonly bytes: number }) => void;
}

/** Reads every blob and manifest and compares it with its digest. It reports and repairs nothing. */
export async function scrub(stores: Stores, options: ScrubOptions = {}): Promise<ScrubReport> {
  const problems: ScrubProblem[] = [];
  let checked = 0;
  let bytes = 0;
  let after: string | undefined;
  while (!options.signal?.aborted) {
    const page = await stores.metadata.listContent({ after, limit: PAGE });
    for (const { digest, size, kind } of page) {
      if (options.signal?.aborted) break;
      const problem = kind === "blob" ? await checkBlob(stores, digest) : await checkManifest(stores, digest);
      if (problem !== undefined && (kind === "manifest" || (await isNeeded(stores, digest)))) problems.push({ digest, kind, problem });
      checked++;
      bytes += size;
      options.onProgress?.({ checked, bytes });
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.digest;
  }
  return { checked, bytes, problems, orphans: await adoptOrphans(stores, options) };
}

async function checkBlob({ content }: Stores, digest: Digest): Promise<ScrubProblem["problem"] | undefined> {
  const stream = await content.read(digest);
  if (stream === undefined) return "missing";
  const algorithm = digestAlgorithm(digest);
  const hasher = new Bun.CryptoHasher(algorithm);
  for await (const chunk of stream) hasher.update(chunk);
  return `${algorithm}:${hasher.digest("hex")}` === digest ? undefined : "corrupt";
}

/** Content may be collected while it is read: only what a repository has is damage. */
async function isNeeded({ metadata }: Stores, digest: Digest): Promise<boolean> {
  return (await metadata.repositoriesWithBlob(digest, { limit: 1 })).length > 0;
}

async function checkManifest({ metadata }: Stores, digest: Digest): Promise<ScrubProblem["problem"] | undefined> {
  const body = await metadata.manifestBody(digest);
  if (body === undefined) return "missing";
  return digestOf(body, digestAlgorithm(digest)) === digest ? undefined : "corrupt";
}

/** Content that the loss of power left without a row gets one, as reserved until now, so that the collector finds it. */
async function adoptOrphans({ content, metadata }: Stores, options: ScrubOptions): Promise<number> {
  let orphans = 0;
  for await (const { digest } of content.list()) {
    if (options.signal?.aborted) break;
    if (await metadata.knowsContent(digest)) continue;
    await metadata.reserveContent(digest, Date.now());
    orphans++;
  }
  return orphans;
}
