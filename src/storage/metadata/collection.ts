import type { Digest } from "../../oci/digest.ts";
import type { ContentReference } from "../content-store.ts";
import type { Millis, Page } from "./records.ts";

export interface CollectionCutoffs {
  readonly now: Millis;
  /** Content of deleted and moved tags, and deleted manifests, is kept when it became so after this time. */
  readonly deletedBefore: Millis;
  /** A blob that no manifest of its repository refers to is kept when it was linked or asked for after this time. */
  readonly unreferencedBefore: Millis;
  /** At most so many rows are handled in one transaction. */
  readonly limit: number;
}

export interface CollectionCounts {
  readonly manifests: number;
  readonly links: number;
  /** True when `limit` stopped it: call again. */
  readonly more: boolean;
}

/** What a collector would remove. */
export interface CollectionPreview {
  readonly manifests: number;
  readonly links: number;
  readonly blobs: number;
  /** Of blobs. */
  readonly bytes: number;
  /** False when there is more than the limit let it look at. */
  readonly complete: boolean;
}

export interface Usage {
  readonly repositories: number;
  readonly manifests: number;
  readonly tags: number;
  readonly blobs: number;
  /** Bytes of distinct blobs stored. */
  readonly storedBytes: number;
  readonly uploads: number;
}

/** Content that a collector was given. */
export interface CollectedContent {
  readonly digest: Digest;
  readonly size: number;
  readonly location?: string | undefined;
}

/** Content that is stored, or the body of a manifest, which has no location. */
export interface ListedContent {
  readonly digest: Digest;
  readonly size: number;
  readonly location?: string | undefined;
  readonly kind: "blob" | "manifest";
}

/** Maintenance whose last end is kept. */
export type Run = "collection" | "scrub";

/**
 * Maintenance of all that is stored, whatever repository has it: collection, scrubbing, figures. Any number of collectors may run beside
 * each other and beside pushes: what one was given is its own until the time that it named, by the database's clock.
 */
export interface CollectionStore {
  /** Which of the contents a collector was given until this very time and still has. */
  stillCollecting(digests: readonly Digest[], until: Millis): Promise<Digest[]>;
  /**
   * Content and manifest bodies for scrubbing, by digest; `after` exclusive. `limit` counts digests: one that is both has
   * two entries. Content that is reserved only is left out.
   */
  listContent(page: Page): Promise<ListedContent[]>;
  /** Body of a stored manifest whatever repository has it; for scrubbing. */
  manifestBody(digest: Digest): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Whether the store has a record of this content as stored or about to be, so that the collector sees to it: at this very location
   * where it has one. For scrubbing.
   */
  knows(content: Partial<ContentReference>): Promise<boolean>;
  usage(): Promise<Usage>;
  /** When each kind of maintenance last ended well, as far as it ever did. */
  lastRuns(): Promise<Partial<Record<Run, Millis>>>;

  /**
   * Removes manifests whose time is over and blob links that nothing needs. A removed index or subject makes room for its
   * children and referrers to go in a later call, so call again while `more`.
   */
  collectLinks(cutoffs: CollectionCutoffs): Promise<CollectionCounts>;
  /**
   * Chooses content that no repository links and nobody has reserved, and marks it as being removed; `BlobStore.reserve`
   * answers false for it from now on. The caller takes it aside in the content store, asks `stillCollecting`, removes it for good and
   * calls `finish`, all before `until` (default: 2 minutes after `now`): then content that was marked and not finished can be
   * reserved and handed out again.
   */
  begin(request: { readonly now: Millis; readonly until?: Millis | undefined; readonly limit: number }): Promise<CollectedContent[]>;
  /**
   * Forgets content that was given out until this very time and removed from the content store; what is somebody else's by now, or lies
   * at another location, stays.
   */
  finish(contents: readonly ContentReference[], until: Millis): Promise<void>;
  /** Counts what `collectLinks` and `begin` would come to, and changes nothing. Other changes wait for it; `limit` bounds that. */
  preview(cutoffs: CollectionCutoffs): Promise<CollectionPreview>;
  /** Notes that maintenance ended well; relaxed. */
  noteRun(run: Run, endedAt: Millis): Promise<void>;
}
