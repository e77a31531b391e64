import { readFile } from "node:fs/promises";
import { ClientError } from "../client/client-error.ts";
import type { ContentTarget, PutManifestOptions, StoredManifest } from "../client/content/content.ts";
import { parseStored, referrerDescriptor } from "../client/content/stored-manifest.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestOf, isDigest } from "../oci/digest.ts";
import { OCI_IMAGE_INDEX } from "../oci/media-types.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import { JSON_TYPE } from "./site-file.ts";
import type { SiteFiles } from "./site-files.ts";
import { blobPath, fileOf, manifestPath, referrersPath, tagsPath } from "./site-paths.ts";

/** A repository of a site that is being built, as the target of copies. Tags and lists are there when `finish` has ended. */
export class SiteRepository implements ContentTarget {
  readonly name: string;
  readonly hasLooseBlobs = true;
  readonly #folder: string;
  readonly #repository: RepositoryName;
  readonly #files: SiteFiles;
  readonly #tags = new Map<Tag, Descriptor>();
  /** By digest, with what refers to each. */
  readonly #manifests = new Map<Digest, Descriptor>();
  readonly #referrers = new Map<Digest, Map<Digest, Descriptor>>();

  constructor(folder: string, repository: RepositoryName, files: SiteFiles) {
    this.name = `${folder}: ${repository}`;
    this.#folder = folder;
    this.#repository = repository;
    this.#files = files;
  }

  /** What each tag names, by name. */
  get tags(): ReadonlyMap<Tag, Descriptor> {
    return new Map([...this.#tags].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  hasBlob(descriptor: Descriptor): Promise<boolean> {
    return this.#files.hasBlob(blobPath(this.#repository, descriptor.digest), descriptor);
  }

  /** One that is here from before is of this site from now on. */
  async hasManifest(descriptor: Descriptor): Promise<boolean> {
    if (this.#manifests.has(descriptor.digest)) return true;
    const bytes = await this.kept(descriptor.digest);
    if (bytes === undefined) return false;
    await this.putManifest({ descriptor, bytes });
    return true;
  }

  putBlob(...[blob, { signal } = {}]: Parameters<ContentTarget["putBlob"]>): Promise<void> {
    return this.#files.putBlob(blobPath(this.#repository, blob.descriptor.digest), blob, signal);
  }

  /** Blobs of other repositories are shared by `hasBlob`. */
  async mountBlob(): Promise<boolean> {
    return false;
  }

  async putManifest(manifest: StoredManifest, { tags = [] }: PutManifestOptions = {}): Promise<void> {
    const { descriptor, bytes } = manifest;
    if (!this.#manifests.has(descriptor.digest)) {
      await this.#files.put(manifestPath(this.#repository, descriptor.digest), bytes, descriptor.mediaType);
      const parsed = parseStored(manifest, `${this.name}@${descriptor.digest}`);
      if (parsed.subject !== undefined) this.#refer(parsed.subject, referrerDescriptor(manifest, parsed));
      this.#manifests.set(descriptor.digest, descriptor);
    }
    for (const tag of tags) this.#tags.set(tag, descriptor);
  }

  async updateTag(...[tag, change]: Parameters<ContentTarget["updateTag"]>): Promise<StoredManifest | undefined> {
    const before = this.#tags.has(tag) ? await this.manifest(tag) : undefined;
    const after = change(before);
    if (after === undefined) return before;
    await this.putManifest(after, { tags: [tag] });
    return after;
  }

  async manifest(reference: Tag | Digest): Promise<StoredManifest> {
    const descriptor = isDigest(reference) ? this.#manifests.get(reference) : this.#tags.get(reference);
    if (descriptor === undefined) throw new ClientError("not-found", `${this.name} has no ${reference} yet`);
    const bytes = await this.kept(descriptor.digest);
    if (bytes === undefined) throw new ClientError("general", `${this.name}@${descriptor.digest} was changed while the site was built: build it again`);
    return { descriptor, bytes };
  }

  /** The bytes of a manifest that the folder has, verified; undefined where it has none. */
  async kept(digest: Digest): Promise<Uint8Array | undefined> {
    const bytes = await readFile(fileOf(this.#folder, manifestPath(this.#repository, digest))).catch(() => undefined);
    return bytes !== undefined && digestOf(bytes, digestAlgorithm(digest)) === digest ? bytes : undefined;
  }

  /** Writes what lists the content: referrers, tags, and last the list of tags (distribution-spec, "Listing Tags", "Listing Referrers"). */
  async finish(): Promise<void> {
    for (const digest of new Set([...this.#manifests.keys(), ...this.#referrers.keys()])) {
      const manifests = [...(this.#referrers.get(digest)?.values() ?? [])].sort((a, b) => (a.digest < b.digest ? -1 : 1));
      const index = { schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests };
      await this.#files.put(referrersPath(this.#repository, digest), JSON.stringify(index), OCI_IMAGE_INDEX);
    }
    for (const [tag, descriptor] of this.tags) {
      const { bytes } = await this.manifest(descriptor.digest);
      await this.#files.put(manifestPath(this.#repository, tag), bytes, descriptor.mediaType);
    }
    await this.#files.put(tagsPath(this.#repository), JSON.stringify({ name: this.#repository, tags: [...this.tags.keys()] }), JSON_TYPE);
  }

  async close(): Promise<void> {}
  async discard(): Promise<void> {}

  #refer(subject: Digest, referrer: Descriptor): void {
    const there = this.#referrers.get(subject) ?? new Map<Digest, Descriptor>();
    this.#referrers.set(subject, there.set(referrer.digest, referrer));
  }
}
