import { expect } from "bun:test";
import { type Digest, digestOf } from "../../../oci/digest.ts";
import { parseManifest } from "../../../oci/manifest.ts";
import { OCI_EMPTY, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../../oci/media-types.ts";
import { parseRepositoryName, type RepositoryName } from "../../../oci/name.ts";
import { parseTag, type Tag } from "../../../oci/tag.ts";
import type { ManifestPut, ManifestPutResult } from "../manifests.ts";
import type { Actor, Millis } from "../records.ts";
import type { MetadataStore } from "../store.ts";
import type { UploadBudget, UploadSession } from "../uploads.ts";

export type GetStore = () => MetadataStore;

export const ACTOR: Actor = { subject: "alice", remote: "192.0.2.1", requestId: "request-1" };

/** The time of everything a fixture does, unless it is told another. */
export const NOW: Millis = 1_800_000_000_000;

export const DAY: Millis = 24 * 3_600_000;

let repositories = 0;

/** A name that no other call gave. */
export function newName(prefix = "team/app"): RepositoryName {
  return parseRepositoryName(`${prefix}/r${++repositories}-${crypto.randomUUID().slice(0, 8)}`);
}

export function tagOf(text: string): Tag {
  return parseTag(text);
}

/** An upload session, open for a day. */
export function newSession(parts: Partial<UploadSession> = {}): UploadSession {
  const id = crypto.randomUUID();
  const session = { id, repository: newName(), algorithm: "sha512", owner: "alice", client: "alice", address: "192.0.2.1" } as const;
  return { ...session, createdAt: NOW, expiresAt: NOW + DAY, ...parts };
}

/** Room for any number of sessions. */
export const ANY_UPLOADS: UploadBudget = { client: 1e6, owner: 1e6, address: 1e6, all: 1e6, idleBefore: 0 };

/** A digest of nothing that is stored. */
export function unknownDigest(): Digest {
  return digestOf(crypto.randomUUID());
}

export interface Document {
  readonly digest: Digest;
  readonly body: Uint8Array;
}

/** An image whose config and only layer is the blob. Further fields go into the document. */
export function imageDocument(blob: Digest, more: Readonly<Record<string, unknown>> = {}): Document {
  const descriptor = { mediaType: OCI_EMPTY, digest: blob, size: 10 };
  return document({ schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config: descriptor, layers: [descriptor], ...more });
}

export function indexDocument(children: readonly Document[], more: Readonly<Record<string, unknown>> = {}): Document {
  const platform = { architecture: "arm64", os: "linux", variant: "v8" };
  const manifests = children.map(({ digest, body }) => ({ mediaType: OCI_IMAGE_MANIFEST, digest, size: body.length, platform }));
  return document({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests, ...more });
}

export function subjectOf({ digest, body }: Document): Readonly<Record<string, unknown>> {
  return { mediaType: OCI_IMAGE_MANIFEST, digest, size: body.length };
}

function document(value: unknown): Document {
  const body = new TextEncoder().encode(JSON.stringify(value));
  return { body, digest: digestOf(body) };
}

/** One repository of a store, with what tests do to it again and again. */
export class RepositoryFixture {
  readonly store: MetadataStore;
  readonly name: RepositoryName;

  constructor(store: MetadataStore, name: RepositoryName = newName()) {
    this.store = store;
    this.name = name;
  }

  /** Links a blob of 10 bytes. */
  async blob(digest: Digest = unknownDigest(), now: Millis = NOW): Promise<Digest> {
    expect(await this.store.blobs.reserve(digest, now + DAY, now)).toBe(true);
    await this.store.blobs.link({ repository: this.name, digest, size: 10, actor: ACTOR, now });
    return digest;
  }

  /** An image of its own blob, which is linked but not pushed. */
  async image(more: Readonly<Record<string, unknown>> = {}): Promise<Document> {
    return imageDocument(await this.blob(), { annotations: { unique: crypto.randomUUID() }, ...more });
  }

  request({ body, digest }: Document, tags: readonly string[] = [], now: Millis = NOW): ManifestPut {
    return { ...parseManifest(body, undefined), repository: this.name, digest, body, tags: tags.map(tagOf), actor: ACTOR, now };
  }

  put(document: Document, tags: readonly string[] = [], now: Millis = NOW): Promise<ManifestPutResult> {
    return this.store.manifests.put(this.request(document, tags, now));
  }

  /** An image that was pushed under these tags. */
  async pushed(...tags: string[]): Promise<Document> {
    const image = await this.image();
    expect(await this.put(image, tags)).toEqual({ outcome: "stored", created: true, warnings: [] });
    return image;
  }

  deleteManifest({ digest }: Document, now: Millis = NOW): Promise<boolean> {
    return this.store.manifests.delete({ repository: this.name, digest, actor: ACTOR, now });
  }

  deleteTag(tag: string, now: Millis = NOW): Promise<boolean> {
    return this.store.tags.delete({ repository: this.name, tag: tagOf(tag), actor: ACTOR, now });
  }

  deleteBlob(digest: Digest, now: Millis = NOW): Promise<boolean> {
    return this.store.blobs.delete({ repository: this.name, digest, actor: ACTOR, now });
  }

  async has({ digest }: Document): Promise<boolean> {
    return (await this.store.manifests.findByDigest(this.name, digest)) !== undefined;
  }

  async revision(): Promise<number> {
    return (await this.store.repositories.find(this.name))?.revision ?? -1;
  }

  /** Actions of the audit record, oldest first. */
  async actions(): Promise<string[]> {
    const entries = await this.store.audit.list({ repository: this.name, limit: 100 });
    return entries.map((entry) => entry.action).reverse();
  }
}
