import type { Millis } from "./metadata-store.ts";

export interface CollectionCutoffs {
  readonly now: Millis;
  /** Content of deleted and moved tags, and deleted manifests, is kept when it became so after this time. */
  readonly deletedBefore: Millis;
  /** A blob that no manifest of its repository refers to is kept when it was linked or asked for after this time. */
  readonly unreferencedBefore: Millis;
  /** At most so many rows are handled in one transaction. */
  readonly limit: number;
}

/** Maintenance whose last end is kept. */
export type Run = "collection" | "scrub";

/** Which content store belongs to the database. */
export interface ContentClaim {
  /** As the content store has it; undefined while the claim was begun and not confirmed. */
  readonly identity: string | undefined;
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

export interface CollectionCounts {
  readonly manifests: number;
  readonly links: number;
  /** True when `limit` stopped it: call again. */
  readonly more: boolean;
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
