import type { AccountStore } from "./accounts.ts";
import type { AuditStore } from "./audit.ts";
import type { BlobStore } from "./blobs.ts";
import type { DefinitionStore } from "./catalog/definitions.ts";
import type { GraphStore } from "./catalog/graph.ts";
import type { PackageStore } from "./catalog/packages.ts";
import type { CollectionStore } from "./collection.ts";
import type { Coordination } from "./coordination.ts";
import type { ManifestStore } from "./manifests.ts";
import type { RepositoryStore } from "./repositories.ts";
import type { StagingStore } from "./staging.ts";
import type { TagStore } from "./tags.ts";
import type { UploadStore } from "./uploads.ts";

/**
 * The ports of the metadata store, one a concern. Questions change nothing, and each looks at a bounded number of rows. A change is one
 * transaction: all of it is visible and durable when its promise resolves, or none of it is. Those marked relaxed may be lost with the
 * power (never by the end of a process); losing them costs nobody content.
 *
 * Any number of processes may have the store open, on as many machines as the driver says. Every request that comes after a change was
 * acknowledged sees it, whichever of them made it. Changes of several are in one order, which history and audit record show. Times are
 * given by the caller, by the clock that all share (`openDatabaseClock`): no method but `coordination.time` looks at one.
 */
export interface MetadataPorts {
  readonly uploads: UploadStore;
  readonly staging: StagingStore;
  readonly blobs: BlobStore;
  readonly manifests: ManifestStore;
  readonly tags: TagStore;
  readonly repositories: RepositoryStore;
  readonly packages: PackageStore;
  readonly graph: GraphStore;
  readonly definitions: DefinitionStore;
  readonly collection: CollectionStore;
  readonly accounts: AccountStore;
  readonly audit: AuditStore;
  readonly coordination: Coordination;
}

export type PortName = keyof MetadataPorts;

/** The ports of these names: what takes several of them names them so, what takes one takes that port itself. */
export type Ports<Name extends PortName> = Pick<MetadataPorts, Name>;

/** An open database. Each port throws `MetadataStoreError` for what has a known cause. */
export interface MetadataStore extends MetadataPorts {
  /**
   * The newest revision of rights (`DefinitionStore.rights`) that an answer of the database had beside what was asked: by then it was
   * that at least. Each of these tells it that finds something: `manifests.findByTag`, `findByDigest`, `listReferrers`, `blobs.find`,
   * `tags.list`, `repositories.find`. Undefined where the driver need not wait for `rights` itself.
   */
  readonly toldRights: (() => number) | undefined;
  /** Throws when the database does not answer. */
  check(): Promise<void>;
  /** Waits for what was called before; every later call is refused as `closed`. Closing again does nothing. */
  close(): Promise<void>;
}
