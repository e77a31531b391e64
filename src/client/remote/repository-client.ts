import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import type { BlobToPut, ByteStream, PutManifestOptions, ReadBlobOptions, ReadOptions, StoredManifest, TagChange } from "../content/content.ts";
import { readBlob } from "./blob-reader.ts";
import { type UploadOptions, writeBlob } from "./blob-writer.ts";
import { deleteBlob, headBlob, mountBlob } from "./blobs.ts";
import { type RepositoryConnection, scopeOf } from "./connection.ts";
import { addFallbackReferrer, removeFallbackReferrer } from "./fallback-referrers.ts";
import { type JsonReply, type JsonRequest, requestJson } from "./json.ts";
import { type ListOptions, listTags } from "./lists.ts";
import { deleteManifest, getManifest, headManifest, type ManifestHead, type PutManifestResult, putManifest } from "./manifests.ts";
import { listReferrers, type Referrers, type ReferrersOptions } from "./referrers.ts";
import { updateTag } from "./update-tag.ts";

/** The distribution API of one repository. Every method throws `ClientError`; 404 is `not-found` except where it says otherwise. */
export interface RepositoryClient {
  readonly registry: string;
  readonly repository: RepositoryName;
  /** Verified against the digest that was asked for, else against the one that the registry names. At most 4 MiB. */
  getManifest(reference: Tag | Digest, options?: ReadOptions): Promise<StoredManifest>;
  headManifest(reference: Tag | Digest, options?: ReadOptions): Promise<ManifestHead>;
  /** Under its digest, or under the tags that are given. */
  putManifest(manifest: StoredManifest, options?: PutManifestOptions): Promise<PutManifestResult>;
  /** Puts what `change` makes of what a tag names in its place; no change of others in between is lost. */
  updateTag(tag: Tag, change: TagChange, options?: ReadOptions): Promise<StoredManifest | undefined>;
  /** A tag alone, or a manifest by its digest together with its tags. */
  deleteManifest(reference: Tag | Digest, options?: ReadOptions): Promise<void>;
  /** Verified while it passes; goes on by itself after a broken connection. */
  blob(descriptor: Descriptor, options?: ReadBlobOptions): ByteStream;
  /** Bytes; undefined where it is not there, `-1` where the registry does not say how many. */
  headBlob(digest: Digest, options?: ReadOptions): Promise<number | undefined>;
  pushBlob(blob: BlobToPut, options?: UploadOptions): Promise<void>;
  /** False where the registry wants the bytes instead. */
  mountBlob(descriptor: Pick<Descriptor, "digest">, options: ReadOptions & { readonly from: RepositoryName }): Promise<boolean>;
  deleteBlob(digest: Digest, options?: ReadOptions): Promise<void>;
  tags(options?: ListOptions): AsyncGenerator<Tag>;
  referrers(subject: Digest, options?: ReferrersOptions): Promise<Referrers>;
  /** Enters a referrer in the index under the fallback tag, for a push that said `subjectListed: false`. */
  addFallbackReferrer(subject: Digest, referrer: Descriptor, options?: ReadOptions): Promise<void>;
  removeFallbackReferrer(subject: Digest, referrer: Digest, options?: ReadOptions): Promise<void>;
  /** A request below `/v2/<name>/`, e.g. `_opm/versions`. */
  json<T>(request: JsonRequest<T>): Promise<JsonReply<T>>;
}

export function createRepositoryClient(connection: RepositoryConnection): RepositoryClient {
  return {
    registry: connection.registry,
    repository: connection.repository,
    getManifest: (reference, options) => getManifest(connection, reference, options),
    headManifest: (reference, options) => headManifest(connection, reference, options),
    putManifest: (manifest, options) => putManifest(connection, manifest, options),
    updateTag: (tag, change, options) => updateTag(connection, tag, change, options),
    deleteManifest: (reference, options) => deleteManifest(connection, reference, options),
    blob: (descriptor, options) => readBlob(connection, descriptor, options),
    headBlob: (digest, options) => headBlob(connection, digest, options),
    pushBlob: (blob, options) => writeBlob(connection, blob, options),
    mountBlob: (descriptor, options) => mountBlob(connection, descriptor, options),
    deleteBlob: (digest, options) => deleteBlob(connection, digest, options),
    tags: (options) => listTags(connection, options),
    referrers: (subject, options) => listReferrers(connection, subject, options),
    addFallbackReferrer: (subject, referrer, options) => addFallbackReferrer(connection, subject, referrer, options),
    removeFallbackReferrer: (subject, referrer, options) => removeFallbackReferrer(connection, subject, referrer, options),
    json(request) {
      const { path, method } = request;
      const action = method === "GET" || method === "HEAD" ? "pull" : method === "DELETE" ? "delete" : "push";
      const below = typeof path === "string" && !path.startsWith("/") ? `/v2/${connection.repository}/${path}` : path;
      return requestJson(connection, { scopes: scopeOf(connection, action), ...request, path: below });
    },
  };
}
