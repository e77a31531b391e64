import type { Descriptor, Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { Tag } from "../oci/tag.ts";
import { type ArtifactNode, readArtifactTree, type SignerNode } from "./artifact-tree.ts";
import type { BlobCache } from "./cache.ts";
import { ClientError } from "./client-error.ts";
import type { ContentSource, ContentTarget, StoredManifest } from "./content/content.ts";
import { parseStored } from "./content/stored-manifest.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { mergeSignerManifests } from "./merge-signer-manifests.ts";
import type { ProgressListener } from "./progress.ts";
import { selectManifest } from "./select-platform.ts";

/** Blobs that are under way at a time. */
const CONCURRENCY = 5;

/** Referrers that are entered in lists at a time: where registries keep none that takes seconds, and hardly a request. */
const LISTINGS = 64;

export interface CopyOptions {
  /** Bring along what refers to the artifact and to its children, and what signers put beside them by tags: signatures, SBOMs, attestations. */
  readonly recursive?: boolean;
  /** Copy the manifest for it in an index, at whatever depth, in place of the index. */
  readonly platform?: Platform;
  /** Blobs that are there are not read from the source. Nothing is added to it. */
  readonly cache?: BlobCache;
  /** Blobs at a time. Default: 5. */
  readonly concurrency?: number;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

export interface CopyResult {
  /** Of what now has the tags: the root, or the child for the platform. */
  readonly descriptor: Descriptor;
  /** Blobs and manifests that were sent. */
  readonly copied: number;
  /** Those that the target had. */
  readonly skipped: number;
  /** Blobs that the registry took over from another of its repositories. */
  readonly mounted: number;
  /** Bytes of blobs and manifests that were sent. */
  readonly bytesSent: number;
}

export interface CopyFrom {
  readonly source: ContentSource;
  readonly reference: Tag | Digest;
}

export interface CopyTo {
  readonly target: ContentTarget;
  /** May be empty: the digest is name enough. */
  readonly tags: readonly Tag[];
}

/**
 * Copies an artifact with all it needs: children before parents, each blob once, none that the target has, the tags last.
 * Bytes are verified while they pass.
 * @throws ClientError; what was copied until then stays, without a tag
 */
export async function copyArtifact(from: CopyFrom, to: CopyTo, options: CopyOptions = {}): Promise<CopyResult> {
  const failed = new AbortController();
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const limiter = createLimiter(options.concurrency ?? CONCURRENCY);
  try {
    const root = await rootOf(from, options.platform, signal);
    const tree = await readArtifactTree(root, { source: from.source, limiter, referrers: options.recursive ?? false, signal });
    const stop = (error: unknown) => failed.abort(error);
    const copy = new Copy({
      from: options.cache === undefined ? from.source : cachedSource(from.source, options.cache),
      to: to.target,
      limiter,
      signal,
      stop,
      onProgress: options.onProgress,
    });
    await copy.node(tree, { tags: to.tags, listed: true });
    return { descriptor: root.descriptor, ...copy.counts };
  } catch (error) {
    failed.abort(error);
    await to.target.discard();
    throw error;
  }
}

async function rootOf({ source, reference }: CopyFrom, platform: Platform | undefined, signal: AbortSignal): Promise<StoredManifest> {
  const root = await source.manifest(reference, { signal });
  if (platform === undefined) return root;
  const name = `${source.name}:${reference}`;
  const parsed = parseStored(root, name);
  if (parsed.kind !== "index") return root;
  return await source.manifest(await selectManifest(source, { manifest: root, parsed }, { wanted: platform, name, signal }), { signal });
}

/** A source whose blobs come from the cache where they are there. Nothing is added to the cache. */
function cachedSource(source: ContentSource, cache: BlobCache): ContentSource {
  return {
    ...source,
    async *blob(descriptor, options) {
      yield* (await cache.open(descriptor, options)) ?? source.blob(descriptor, options);
    },
  };
}

interface CopyContext {
  readonly from: ContentSource;
  readonly to: ContentTarget;
  readonly limiter: Limiter;
  readonly signal: AbortSignal;
  /** Ends what else is under way. */
  readonly stop: (error: unknown) => void;
  readonly onProgress: ProgressListener | undefined;
}

class Copy {
  readonly counts = { copied: 0, skipped: 0, mounted: 0, bytesSent: 0 };
  readonly #context: CopyContext;
  readonly #blobs = new Map<Digest, Promise<void>>();
  readonly #nodes = new Map<Digest, Promise<void>>();
  readonly #listings = createLimiter(LISTINGS);

  constructor(context: CopyContext) {
    this.#context = context;
  }

  /** A manifest with all below it, then what refers to it. */
  async node(node: ArtifactNode, named: { readonly tags: readonly Tag[]; readonly listed: boolean }): Promise<void> {
    const { digest } = node.manifest.descriptor;
    const begun = this.#nodes.get(digest) ?? this.#content(node, named);
    this.#nodes.set(digest, begun);
    await begun;
    await all([...node.referrers.map((referrer) => this.node(referrer, { tags: [], listed: true })), ...node.signers.map((signer) => this.#signer(signer))]);
  }

  /** What signers put beside a manifest: what others put there at the target stays. */
  async #signer({ tag, kind, manifest, node }: SignerNode): Promise<void> {
    await this.node(node, { tags: [], listed: false });
    const { to, signal } = this.#context;
    await this.#listings.run(() => to.updateTag(tag, (there) => mergeSignerManifests({ kind, manifest }, there), { signal }));
  }

  async #content(node: ArtifactNode, { tags, listed }: { readonly tags: readonly Tag[]; readonly listed: boolean }): Promise<void> {
    const { to, limiter, signal } = this.#context;
    const { descriptor } = node.manifest;
    const there = await limiter.run(() => to.hasManifest(descriptor, { signal }));
    if (!there || to.hasLooseBlobs === true) await all(node.blobs.map((blob) => this.#blob(blob)));
    await all(node.children.map((child) => this.node(child, { tags: [], listed: false })));
    const puts = node.parsed.subject === undefined ? limiter : this.#listings;
    if (!there || tags.length > 0 || listed) await puts.run(() => to.putManifest(node.manifest, { tags, listed, signal }));
    if (there) this.counts.skipped++;
    else {
      this.counts.copied++;
      this.counts.bytesSent += descriptor.size;
    }
    this.#report("manifest", descriptor, there ? "skipped" : "done");
  }

  #blob(descriptor: Descriptor): Promise<void> {
    const known = this.#blobs.get(descriptor.digest);
    if (known !== undefined) return known;
    const begun = this.#context.limiter.run(() => this.#transfer(descriptor));
    begun.catch(this.#context.stop);
    this.#blobs.set(descriptor.digest, begun);
    return begun;
  }

  async #transfer(descriptor: Descriptor): Promise<void> {
    const { from, to, signal } = this.#context;
    signal.throwIfAborted();
    if (await to.hasBlob(descriptor, { signal })) {
      this.counts.skipped++;
      return this.#report("blob", descriptor, "skipped");
    }
    if (await this.#mount(descriptor)) {
      this.counts.mounted++;
      return this.#report("blob", descriptor, "mounted");
    }
    this.#report("blob", descriptor, "started", 0);
    await to.putBlob(
      {
        descriptor,
        open: (closing) => from.blob(descriptor, { signal: closing }),
        verified: true,
        onBytes: (bytes) => this.#report("blob", descriptor, "moving", bytes),
      },
      { signal },
    );
    this.counts.copied++;
    this.counts.bytesSent += descriptor.size;
    this.#report("blob", descriptor, "done");
  }

  async #mount(descriptor: Descriptor): Promise<boolean> {
    const { from, to, signal } = this.#context;
    const { location } = from;
    if (location === undefined || to.location === undefined || location.registry !== to.location.registry) return false;
    if (location.repository === to.location.repository) return false;
    return await to.mountBlob(descriptor, location, { signal });
  }

  #report(kind: "blob" | "manifest", { digest, mediaType, size }: Descriptor, state: Parameters<ProgressListener>[0]["state"], bytes = size): void {
    this.#context.onProgress?.({ kind, digest, title: mediaType, state, bytes, total: size });
  }
}

/** Waits for all, so that nothing goes on after an error; then throws the first that is not a consequence of another. */
async function all(tasks: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(tasks);
  const errors: unknown[] = settled.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (errors.length > 0) throw errors.find((error) => error instanceof ClientError) ?? errors[0];
}
