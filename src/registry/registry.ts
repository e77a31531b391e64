import type { TypeTable } from "../artifacts/type-table.ts";
import type { ContentStore } from "../storage/content-store.ts";
import type { MetadataStore, Millis } from "../storage/metadata-store.ts";
import type { PullCounter } from "./pull-counter.ts";

export interface RegistryLimits {
  /** Bytes. */
  readonly manifestSize: number;
  /** Bytes. */
  readonly blobSize: number;
  /** Upload sessions open at once. */
  readonly uploads: number;
  /** Milliseconds without any byte after which a transfer is ended. */
  readonly idle: number;
  /** Milliseconds without new bytes after which an upload session is over. */
  readonly uploadLifetime: number;
  /** Milliseconds that a blob is kept which no manifest of its repository refers to. */
  readonly unreferenced: number;
}

/** What every use case works on. Nothing in it assumes one process or one disk. */
export interface Registry {
  readonly content: ContentStore;
  readonly metadata: MetadataStore;
  readonly limits: RegistryLimits;
  /** The artifact types that are known and taken at this moment. */
  readonly types: () => TypeTable;
  /** Told of every pull of a tag. */
  readonly pulls: Pick<PullCounter, "count">;
  /** Told of manifests that were stored before anybody has read what they say about themselves. */
  readonly unread: () => void;
  readonly now: () => Millis;
}
