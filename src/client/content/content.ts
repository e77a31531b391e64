import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";

/** The bytes of a blob, in order. Leaving the loop early frees what stands behind it. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** A manifest as it is stored. */
export interface StoredManifest {
  /** `mediaType`, `digest` and `size` of exactly these bytes. */
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Ask with the rights of a push: who may only pull is denied by some registries what is not there. */
  readonly asPusher?: boolean;
}

/** The first bytes of a blob, which are there from a download that broke off. */
export interface BegunBlob {
  readonly bytes: number;
  read(): ByteStream;
}

/** Gives a blob, or what is left of it. */
export type OpenBlob = (begun?: BegunBlob) => ByteStream;

export interface ReadBlobOptions extends ReadOptions {
  /** They are hashed with the rest, and neither asked for nor given again. For sources that say `resumes`. */
  readonly begun?: BegunBlob | undefined;
}

/** Where a repository is, so that two of the same registry can share blobs. */
export interface RepositoryLocation {
  readonly registry: string;
  readonly repository: RepositoryName;
}

/** What artifacts can be read from: a repository of a registry, an OCI layout in a folder or in a tar archive. */
export interface ContentSource {
  /** For messages, e.g. `registry.example.com/team/app` or `oci:images`. */
  readonly name: string;
  /** Set where it is a repository. */
  readonly location?: RepositoryLocation;
  /**
   * The manifest that a tag or digest names, verified.
   * @throws ClientError `not-found`; `invalid` when it is not what its digest says or larger than 4 MiB
   */
  manifest(reference: Tag | Digest, options?: ReadOptions): Promise<StoredManifest>;
  /**
   * The bytes of a blob, verified while they pass: the last step of the loop throws when they are not what the digest says.
   * @throws ClientError `not-found`, from the call or from the first step
   */
  blob(descriptor: Descriptor, options?: ReadBlobOptions): ByteStream;
  /** It can go on with a blob whose beginning is there. */
  readonly resumes?: boolean;
  /** The manifests that refer to a subject, of every type. Empty where there are none. */
  referrers(subject: Digest, options?: ReadOptions): Promise<readonly Descriptor[]>;
  /** Every tag, in ASCII order. */
  tags(options?: ReadOptions): Promise<readonly Tag[]>;
  /** Frees what is open. */
  close(): Promise<void>;
}

/** A blob on its way to a target. */
export interface BlobToPut {
  readonly descriptor: Descriptor;
  /** Starts from the first byte at each call: a broken transfer calls it again. */
  readonly open: (signal: AbortSignal) => ByteStream;
  /** The bytes are verified while they pass, as those of a `ContentSource` are: the target need not do it again. */
  readonly verified?: boolean;
  /** Told the bytes sent so far. */
  readonly onBytes?: (bytes: number) => void;
}

export interface PutManifestOptions extends ReadOptions {
  /** Names to give it besides its digest. */
  readonly tags?: readonly Tag[];
  /** It stands for itself, not only as a part of another: an image layout lists it although it has no tag. */
  readonly listed?: boolean;
  /** Refuse a tag that is there already, where the registry can do so (RFC 9110, section 13.1.2); others take no notice. */
  readonly ifAbsent?: boolean;
  /** Refuse a tag that names something else than this by now, where the registry can do so; others take no notice. */
  readonly ifNames?: Digest;
}

/** What becomes of what a tag names; undefined where that is right as it is. It may be asked several times. */
export type TagChange = (before: StoredManifest | undefined) => StoredManifest | undefined;

/** What artifacts can be written to. Nothing is visible under a tag before `putManifest` put it there. */
export interface ContentTarget {
  readonly name: string;
  readonly location?: RepositoryLocation;
  /** Anybody may change or remove its files: that a manifest is there does not say that its blobs are. Default: false. */
  readonly hasLooseBlobs?: boolean;
  hasBlob(descriptor: Descriptor, options?: ReadOptions): Promise<boolean>;
  hasManifest(descriptor: Descriptor, options?: ReadOptions): Promise<boolean>;
  /**
   * Stores a blob. Content that is there already is not sent again.
   * @throws ClientError `invalid` when the bytes are not what the digest says; nothing is stored then
   */
  putBlob(blob: BlobToPut, options?: ReadOptions): Promise<void>;
  /** Takes a blob over from another repository of the same registry without sending it; false where that is not possible. */
  mountBlob(descriptor: Descriptor, from: RepositoryLocation, options?: ReadOptions): Promise<boolean>;
  /** Stores a manifest, whose children, config and layers are there, and tags it. */
  putManifest(manifest: StoredManifest, options?: PutManifestOptions): Promise<void>;
  /**
   * Puts what `change` makes of what a tag names in its place, so that no change of others in between is lost.
   * @returns what the tag names in the end; undefined where that is nothing
   * @throws ClientError `general` where it cannot be made sure
   */
  updateTag(tag: Tag, change: TagChange, options?: ReadOptions): Promise<StoredManifest | undefined>;
  /** The bytes of a manifest by digest or tag, for merging with what is there. @throws ClientError `not-found` */
  manifest(reference: Tag | Digest, options?: ReadOptions): Promise<StoredManifest>;
  /** Makes what was written permanent and frees what is open; nothing after `discard`. */
  close(): Promise<void>;
  /** Frees what is open after a failure. What is of use as a whole only is removed. */
  discard(): Promise<void>;
}
