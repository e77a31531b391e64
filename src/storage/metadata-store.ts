import type { ArtifactFacts } from "../artifacts/facts.ts";
import type { Platform } from "../oci/descriptor.ts";
import type { Digest, DigestAlgorithm } from "../oci/digest.ts";
import type { EdgeKind, ManifestEdge } from "../oci/manifest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import type { TagCondition } from "../oci/tag-condition.ts";
import type { AccessToken, AccessTokenWithSecret, AuditEntry, AuditQuery, User, UserChange, UserWithPassword } from "./account-records.ts";
import type { CatalogReader, CatalogWriter, PolicyFinding } from "./catalog-store.ts";
import type { UploadId } from "./content-store.ts";
import type { CollectionCounts, CollectionCutoffs, CollectionPreview, ContentClaim, Run, Usage } from "./maintenance-records.ts";

export type { AccessToken, AccessTokenWithSecret, AuditEntry, AuditQuery, TokenScope, User, UserChange, UserWithPassword } from "./account-records.ts";
export type { CollectionCounts, CollectionCutoffs, CollectionPreview, ContentClaim, Run, Usage } from "./maintenance-records.ts";

/** All times of this port are Unix milliseconds, all sizes bytes. */
export type Millis = number;

export type MetadataStoreReason =
  /** The database has no room left (a full disk, a quota). Nothing of the call was stored. */
  | "no-space"
  /** Others held the database for too long, or conflicting changes outlasted the retries. Nothing was stored; try again. */
  | "busy"
  /** The content is not reserved, or the collector is removing it: reserve it, store it again, and link it then. */
  | "collecting"
  /** Something of this key is there already. */
  | "conflict"
  /** No answer within the time limit. Whether a change was stored is unknown. */
  | "timeout"
  /** The connection to the database, or the thread that writes, is gone. Whether a change was stored is unknown. */
  | "unavailable"
  /** The database was changed by a later program. */
  | "newer-schema"
  /** The database is of an earlier program, and was not to be changed. */
  | "older-schema"
  /** There is no database, and none was to be made. */
  | "absent"
  /** The database refuses the account. */
  | "denied"
  /** The store was closed. */
  | "closed";

/** A refusal by the metadata store that has a known cause. Anything else it throws is a fault. */
export class MetadataStoreError extends Error {
  readonly reason: MetadataStoreReason;

  constructor(reason: MetadataStoreReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MetadataStoreError";
    this.reason = reason;
  }
}

/** Who does something, for the history and the audit record. */
export interface Actor {
  /** User name, or `anonymous`. */
  readonly subject: string;
  /** Address of the client, when there is one. */
  readonly remote?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface Repository {
  readonly name: RepositoryName;
  readonly namespace: string;
  readonly project: string;
  /** Grows with every change of the repository's manifests and tags; base of ETags. */
  readonly revision: number;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
}

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly body: Uint8Array<ArrayBuffer>;
  /** No tag points to it any more, so the collector may remove it one day: see `renew`. */
  readonly untagged: boolean;
}

export interface StoredBlob {
  readonly size: number;
  /** When a client was last told that it is there (roughly): see `renew`. */
  readonly renewedAt: Millis;
}

export interface Referrer {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  /** As referrer lists show it: the manifest's own, else for an image that of its config. */
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Edge {
  readonly kind: EdgeKind;
  readonly position: number;
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly platform: Platform | undefined;
}

export interface UploadSession {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  readonly algorithm: DigestAlgorithm;
  /** Subject that opened the session; nobody else may continue it. */
  readonly owner: string;
  /** Whose room it takes: the owner, and for owners that many share one of their addresses. */
  readonly client: string;
  /** Address of the client, or empty. */
  readonly address: string;
  readonly createdAt: Millis;
  readonly expiresAt: Millis;
  /** About when the last bytes came; undefined: none has come yet. */
  readonly activeAt?: Millis | undefined;
}

/** How many sessions may be open: of one client, of one owner, of one address, and in all. */
export interface UploadBudget {
  readonly client: number;
  readonly owner: number;
  readonly address: number;
  readonly all: number;
  /** Sessions whose last bytes came before this time make room, as those do that have none. */
  readonly idleBefore: Millis;
}

export type UploadOpening =
  /** With the sessions that were ended to make room. */
  | { readonly outcome: "opened"; readonly ended: readonly UploadId[] }
  /** Nothing was changed: as many are open as that budget has, and bytes come to all of them that could make room. */
  | {
      readonly outcome: "full";
      readonly of: keyof Omit<UploadBudget, "idleBefore">;
      readonly limit: number;
      /** Bytes came to each of them at this time or later. */
      readonly activeSince: Millis;
    };

export type TagOperation = "create" | "move" | "delete" | "restore";

export interface TagEvent {
  readonly id: number;
  readonly tag: Tag;
  readonly operation: TagOperation;
  readonly from: Digest | undefined;
  readonly to: Digest | undefined;
  readonly actor: string;
  readonly at: Millis;
}

export interface ManifestPut {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly kind: "image" | "index";
  /** The document's own artifactType. */
  readonly artifactType: string | undefined;
  readonly configMediaType: string | undefined;
  readonly subject: Digest | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly edges: readonly ManifestEdge[];
  readonly body: Uint8Array;
  /** Tags to point to it, in the same transaction. */
  readonly tags: readonly Tag[];
  /** Store nothing where one of the tags points to something else and does not meet this. */
  readonly condition?: TagCondition | undefined;
  /** What it says about itself; undefined: nobody has read it, and `manifestsWithoutFacts` names it. */
  readonly facts?: ArtifactFacts | undefined;
  /** Why it may not carry the type it has, when it is tagged and no referrer: a matter of the project's type policy. */
  readonly typeProblem?: string | undefined;
  /** Store nothing, and say what would come of it; content need not be there. */
  readonly dryRun?: boolean;
  readonly actor: Actor;
  readonly now: Millis;
}

export type ManifestPutResult =
  /** Of a dry run: nothing forbids it, once the missing contents are there. */
  | { readonly outcome: "acceptable"; readonly missing: readonly Digest[]; readonly warnings: readonly PolicyFinding[] }
  /** Visible, with all its tags. `created` is false when the repository had this manifest before. */
  | { readonly outcome: "stored"; readonly created: boolean; readonly warnings: readonly PolicyFinding[] }
  /** Nothing was stored: a policy of the project forbids it. */
  | { readonly outcome: "refused"; readonly finding: PolicyFinding }
  /** Nothing was stored: this tag points to that, or is not there, and does not meet the condition. */
  | { readonly outcome: "unmet"; readonly tag: Tag; readonly digest: Digest | undefined }
  /** Nothing was stored: these required contents are not in the repository. */
  | { readonly outcome: "missing"; readonly digests: readonly Digest[] };

export interface BlobLink {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly size: number;
  /** Session that this link closes, in the same transaction. */
  readonly uploadId?: UploadId | undefined;
  readonly actor: Actor;
  readonly now: Millis;
}

export interface Page {
  /** Exclusive: the last name of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Questions. None of them changes anything. */
export interface MetadataReader extends CatalogReader {
  repository(name: RepositoryName): Promise<Repository | undefined>;
  /** Names in ASCII order. `prefixes` limits to names for which one of them is a prefix; undefined means all. */
  listRepositories(page: Page & { readonly prefixes?: readonly string[] | undefined }): Promise<RepositoryName[]>;
  /** A blob that the repository has, else undefined. */
  blob(repository: RepositoryName, digest: Digest): Promise<StoredBlob | undefined>;
  manifestByTag(repository: RepositoryName, tag: Tag): Promise<StoredManifest | undefined>;
  manifestByDigest(repository: RepositoryName, digest: Digest): Promise<StoredManifest | undefined>;
  /** Tags in ASCII order; undefined when the repository is unknown. */
  listTags(repository: RepositoryName, page: Page): Promise<Tag[] | undefined>;
  /** Manifests whose subject is `digest`, by digest. The page's `after` is a digest. Empty for an unknown repository. */
  listReferrers(repository: RepositoryName, digest: Digest, page: Page & { readonly artifactType?: string | undefined }): Promise<Referrer[]>;
  /** What a manifest points to, in the document's order. */
  edges(repository: RepositoryName, digest: Digest): Promise<Edge[]>;
  /** Newest first; outlives tag and manifest. `before` is an event id, exclusive. */
  tagEvents(repository: RepositoryName, tag: Tag | undefined, page: { readonly before?: number | undefined; readonly limit: number }): Promise<TagEvent[]>;
  /** Repositories that have this blob, at most `limit`, by name: candidates to mount from. */
  repositoriesWithBlob(digest: Digest, page: Page): Promise<RepositoryName[]>;

  upload(id: UploadId): Promise<UploadSession | undefined>;
  expiredUploads(now: Millis, limit: number): Promise<UploadSession[]>;

  user(name: string): Promise<UserWithPassword | undefined>;
  /** By name; all of them without a page. */
  listUsers(page?: Page): Promise<User[]>;
  token(id: string): Promise<AccessTokenWithSecret | undefined>;
  /** In the order of their creation, all of them without a page; `after` is the id of a token, exclusive. */
  listTokens(user?: string, page?: Page): Promise<AccessToken[]>;

  /** Newest first. */
  audit(query: AuditQuery): Promise<(AuditEntry & { readonly id: number })[]>;
  usage(): Promise<Usage>;
  /**
   * Content and manifest bodies for scrubbing, by digest; `after` exclusive. `limit` counts digests: one that is both has
   * two entries. Content that is reserved only is left out.
   */
  listContent(page: Page): Promise<{ readonly digest: Digest; readonly size: number; readonly kind: "blob" | "manifest" }[]>;
  /** Body of a stored manifest whatever repository has it; for scrubbing. */
  manifestBody(digest: Digest): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Whether the store has a record of this content as stored or about to be, so that the collector sees to it. For scrubbing. */
  knowsContent(digest: Digest): Promise<boolean>;
  /** Which of the contents a collector was given until this very time and still has. */
  stillCollecting(digests: readonly Digest[], until: Millis): Promise<Digest[]>;
  /** When each kind of maintenance last ended well, as far as it ever did. */
  lastRuns(): Promise<Partial<Record<Run, Millis>>>;
  /** What time it is for the database. */
  time(): Promise<Millis>;
  /** The content store that the database belongs to; undefined: nothing is known of one. */
  contentClaim(): Promise<ContentClaim | undefined>;
  /** Throws when the database does not answer. */
  check(): Promise<void>;
}

/**
 * Changes. Each is one transaction: all of it is visible and durable when the promise resolves, or none of it is.
 * Those marked relaxed may be lost with the power (never by the end of a process); losing them costs nobody content.
 */
export interface MetadataWriter extends CatalogWriter {
  /**
   * Opens a session; relaxed. Does not create the repository. Where that takes more than the budget has, the oldest empty session makes room,
   * else the one that is idle for longest, of the client that holds most: never one of a client that holds less than who opens this one.
   */
  createUpload(session: UploadSession, budget: UploadBudget): Promise<UploadOpening>;
  /** Notes that bytes came to a session, which prolongs it; relaxed. False when it is gone. */
  extendUpload(id: UploadId, activeAt: Millis, expiresAt: Millis): Promise<boolean>;
  /** Removes a session; relaxed. False when it was gone: of several callers one gets true. */
  deleteUpload(id: UploadId): Promise<boolean>;

  /**
   * Announces that content of `digest` is about to be stored, so that the collector leaves it alone until `until`; relaxed.
   * @returns false while the collector is removing this very content: try again a moment later.
   */
  reserveContent(digest: Digest, until: Millis, now?: Millis): Promise<boolean>;
  /**
   * Makes stored content a blob of the repository, which is created where needed; closes the upload session.
   * @throws MetadataStoreError `collecting` when the content was not reserved, or the reservation ran out and the collector took it
   */
  linkBlob(link: BlobLink): Promise<void>;
  /** Links a blob that `from` has to `to`, which is created where needed. False when `from` does not have it (any more). */
  mountBlob(mount: {
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
  deleteBlob(request: { readonly repository: RepositoryName; readonly digest: Digest; readonly actor: Actor; readonly now: Millis }): Promise<boolean>;

  putManifest(put: ManifestPut): Promise<ManifestPutResult>;
  /** Removes the manifest and every tag that points to it. False when the repository does not have it. */
  deleteManifest(request: { readonly repository: RepositoryName; readonly digest: Digest; readonly actor: Actor; readonly now: Millis }): Promise<boolean>;
  /** False when there is no such tag. */
  deleteTag(request: { readonly repository: RepositoryName; readonly tag: Tag; readonly actor: Actor; readonly now: Millis }): Promise<boolean>;

  /**
   * Removes manifests whose time is over and blob links that nothing needs. A removed index or subject makes room for its
   * children and referrers to go in a later call, so call again while `more`.
   */
  collectLinks(cutoffs: CollectionCutoffs): Promise<CollectionCounts>;
  /**
   * Chooses content that no repository links and nobody has reserved, and marks it as being removed; `reserveContent`
   * answers false for it from now on. The caller takes it aside in the content store, asks `stillCollecting`, removes it for good and
   * calls `finishCollect`, all before `until` (default: 2 minutes after `now`): then content that was marked and not finished can be
   * reserved and handed out again.
   */
  beginCollect(request: {
    readonly now: Millis;
    readonly until?: Millis | undefined;
    readonly limit: number;
  }): Promise<{ readonly digest: Digest; readonly size: number }[]>;
  /** Counts what `collectLinks` and `beginCollect` would come to, and changes nothing. Other changes wait for it; `limit` bounds that. */
  previewCollect(cutoffs: CollectionCutoffs): Promise<CollectionPreview>;
  /** Forgets content that was given out until this very time and removed from the content store; what is somebody else's by now stays. */
  finishCollect(digests: readonly Digest[], until: Millis): Promise<void>;
  /** Notes that maintenance ended well; relaxed. */
  noteRun(run: Run, endedAt: Millis): Promise<void>;
  /**
   * Begins the claim of a content store, or with its identity confirms it. A claim that is confirmed stays, unless `replace` is
   * set: look at `contentClaim` afterwards.
   */
  claimContent(claim: { readonly identity?: string; readonly replace?: boolean }): Promise<void>;

  /** False when the name is taken. */
  createUser(user: UserWithPassword, actor: Actor): Promise<boolean>;
  /** Groups are added before others are removed. The account afterwards; undefined when there is none. */
  editUser(name: string, change: UserChange, actor: Actor, now: Millis): Promise<User | undefined>;
  /** Tokens stay. False when there is no such user. */
  setPassword(name: string, passwordHash: string, actor: Actor, now: Millis): Promise<boolean>;
  /** Removes the user and revokes its tokens. False when there is none. */
  deleteUser(name: string, actor: Actor, now: Millis): Promise<boolean>;
  /** @throws MetadataStoreError `conflict` when the id is taken */
  createToken(token: AccessTokenWithSecret, actor: Actor): Promise<void>;
  /** False when there is none, or it was revoked before. */
  revokeToken(id: string, actor: Actor, now: Millis): Promise<boolean>;
  /** Relaxed. */
  touchToken(id: string, now: Millis): Promise<void>;
  appendAudit(entries: readonly AuditEntry[]): Promise<void>;

  /** The secret of this name that all processes over the database share: the one that is there, else the candidate, from now on. */
  sharedSecret(name: string, candidate: Uint8Array): Promise<Uint8Array>;
}

/** Repositories, manifests, tags, links, history, the catalog, sessions, users, tokens and the audit record. */
export interface MetadataStore extends MetadataReader, MetadataWriter {
  close(): Promise<void>;
}
