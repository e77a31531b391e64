import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Awaitable } from "../awaitable.ts";
import type { UploadId } from "../content-store.ts";
import type { Actor, Millis, Page } from "./records.ts";

export interface StoredBlob {
  readonly size: number;
  /** When a client was last told that it is there (roughly): see `renew`. */
  readonly renewedAt: Millis;
  /** Where the content store has it; undefined where that goes by the digest. */
  readonly location?: string | undefined;
}

export interface BlobLink {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly size: number;
  /** Where the content store put it; undefined where that goes by the digest. */
  readonly location?: string | undefined;
  /** Session that this link closes, in the same transaction. */
  readonly uploadId?: UploadId | undefined;
  readonly actor: Actor;
  readonly now: Millis;
}

/** What became of a location that content was linked with. */
export interface LinkedContent {
  /** The one that counts: where the same content was linked already, that one's. */
  readonly location?: string | undefined;
  /** One that does not count (any more): what lies there is nobody's, and to be discarded. */
  readonly spare?: string;
}

/**
 * Which repository has which blob. A blob comes to be in three steps, so that no collector, of any process, takes it away at a point in
 * between: reserve it, store it in the content store, link it. Who can store it again needs two: store it, then link it unreserved.
 */
export interface BlobStore {
  /** A blob that the repository has, else undefined. */
  find(repository: RepositoryName, digest: Digest): Awaitable<StoredBlob | undefined>;
  /** Repositories that have this blob, at most `limit`, by name: candidates to mount from. */
  listRepositories(digest: Digest, page: Page): Promise<RepositoryName[]>;

  /**
   * Announces that content of `digest` is about to be stored, so that the collector leaves it alone until `until`; relaxed.
   * @returns false while the collector is removing this very content: try again a moment later.
   */
  reserve(digest: Digest, until: Millis, now: Millis): Promise<boolean>;
  /**
   * Makes stored content a blob of the repository, which is created where needed; closes the upload session.
   * @throws MetadataStoreError `collecting` when the content was not reserved, or the reservation ran out and the collector took it
   */
  link(link: BlobLink): Promise<LinkedContent>;
  /**
   * As `link`, of content that is stored and was not reserved. Where it has no location, look afterwards whether it still is: a
   * collector may have been given it before, and have removed it.
   * @throws MetadataStoreError `collecting` while the collector is removing this very content: store it and try again a moment later
   */
  linkUnreserved(link: BlobLink): Promise<LinkedContent>;
  /** Content that is no longer where it counts has come to another location. False where another one counts by now. */
  relocate(move: { readonly digest: Digest; readonly from: string; readonly to: string }): Promise<boolean>;
  /** Links a blob that `from` has to `to`, which is created where needed. False when `from` does not have it (any more). */
  mount(mount: {
    readonly from: RepositoryName;
    readonly to: RepositoryName;
    readonly digest: Digest;
    readonly actor: Actor;
    readonly now: Millis;
  }): Promise<boolean>;
  /**
   * Notes that a client was told this blob or untagged manifest is there, so that the collector keeps it for what the
   * client is going to push; relaxed.
   */
  renew(repository: RepositoryName, digest: Digest, now: Millis): Promise<void>;
  /** False when the repository does not have it. */
  delete(request: { readonly repository: RepositoryName; readonly digest: Digest; readonly actor: Actor; readonly now: Millis }): Promise<boolean>;
}
