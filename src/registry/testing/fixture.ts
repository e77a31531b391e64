import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTypeTable } from "../../artifacts/type-table.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { OCI_IMAGE_CONFIG, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR_GZIP } from "../../oci/media-types.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/name.ts";
import { parseManifestReference } from "../../oci/reference.ts";
import type { Awaitable } from "../../storage/awaitable.ts";
import type { ContentStore } from "../../storage/content-store.ts";
import { openMemoryStore } from "../../storage/memory/memory-store.ts";
import type { MetadataPorts, MetadataStore, PortName } from "../../storage/metadata/store.ts";
import { openSqliteStore } from "../../storage/sqlite/sqlite-store.ts";
import { type Content, contentOf, sourceOf } from "../../storage/testing/content.ts";
import type { Audience } from "../audience.ts";
import { type Collected, type CollectOptions, collect, previewCollect } from "../collector.ts";
import { putManifest } from "../manifests.ts";
import type { Registry, RegistryLimits } from "../registry.ts";
import { UploadTickets } from "../upload-tickets.ts";
import { UploadTurns } from "../upload-turns.ts";
import { uploadInOne } from "../uploads.ts";

export const ACTOR = { subject: "tester" };
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const TYPES = createTypeTable();

const LIMITS: RegistryLimits = {
  manifestSize: 1024 * 1024,
  blobSize: 1024 * 1024,
  uploads: 10,
  uploadLifetime: 24 * HOUR,
  idle: MINUTE,
  unreferenced: 24 * HOUR,
};

/** Use cases over a real metadata store, content in memory, and a clock that the test moves. */
export interface Fixture {
  readonly registry: Registry;
  readonly content: ContentStore;
  readonly metadata: MetadataStore;
  /** The file of the metadata store. */
  readonly path: string;
  advance(millis: number): void;
  /** Runs the collector with the limits of the registry and a retention of 7 days, unless the options say otherwise. */
  collect(options?: Partial<CollectOptions>): Promise<Collected>;
  preview(): ReturnType<typeof previewCollect>;
  /** The registry with parts of its stores replaced. */
  with(parts: { readonly content?: Partial<ContentStore>; readonly metadata?: PortParts; readonly limits?: Partial<RegistryLimits> }): Registry;
  pushBlob(repository: RepositoryName, size?: number): Promise<Content>;
  /** Pushes an image of one layer that nobody else has. */
  pushImage(repository: RepositoryName, reference?: string): Promise<PushedImage>;
  close(): Promise<void>;
}

/** Methods of ports, in place of those that a store has. */
type PortParts = { readonly [Port in PortName]?: Partial<MetadataPorts[Port]> };

function withMethods(metadata: MetadataStore, parts: PortParts = {}): MetadataStore {
  const changed = Object.entries(parts).map(([port, methods]) => [port, { ...metadata[port as PortName], ...methods }]);
  return { ...metadata, ...(Object.fromEntries(changed) as Partial<MetadataPorts>) };
}

export interface PushedImage {
  readonly digest: Digest;
  readonly config: Content;
  readonly layer: Content;
}

let seed = 1;

/** Bytes that no other call gave. */
export function newContent(size = 100): Content {
  return contentOf(size, ++seed);
}

export function repositoryName(text: string): RepositoryName {
  return parseRepositoryName(text);
}

export function imageBody(config: Content, layers: readonly Content[]): Uint8Array {
  const descriptor = (mediaType: string, { digest, bytes }: Content) => ({ mediaType, digest, size: bytes.length });
  const document = {
    schemaVersion: 2,
    mediaType: OCI_IMAGE_MANIFEST,
    config: descriptor(OCI_IMAGE_CONFIG, config),
    layers: layers.map((layer) => descriptor(OCI_LAYER_TAR_GZIP, layer)),
  };
  return new TextEncoder().encode(JSON.stringify(document));
}

export async function pushManifest(registry: Registry, repository: RepositoryName, reference: string, body: Uint8Array): Promise<Digest> {
  const push = { repository, reference: parseManifestReference(reference), tags: [], contentType: OCI_IMAGE_MANIFEST, body, actor: ACTOR };
  return (await putManifest(registry, push)).digest;
}

/** The code of the refusal that a promise is rejected with; throws when there is none. */
export async function codeOf(promise: Awaitable<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RegistryError) return error.code;
    throw error;
  }
  throw new Error("expected a refusal, but it succeeded");
}

export async function openFixture(): Promise<Fixture> {
  const folder = mkdtempSync(join(tmpdir(), "opm-registry-"));
  const path = join(folder, "metadata.db");
  const content = openMemoryStore();
  const metadata = await openSqliteStore({ path, durability: "relaxed" });
  let time = Date.UTC(2026, 0, 1);
  const now = () => time;
  const registry: Registry = {
    content,
    metadata,
    limits: LIMITS,
    types: () => TYPES,
    pulls: { count: () => {} },
    turns: new UploadTurns(),
    tickets: new UploadTickets(new Uint8Array(32)),
    unread: () => {},
    now,
  };

  async function pushBlob(repository: RepositoryName, size?: number): Promise<Content> {
    const blob = newContent(size);
    await uploadInOne(registry, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });
    return blob;
  }

  const settings: CollectOptions = { retention: 7 * 24 * HOUR, unreferenced: LIMITS.unreferenced, uploadLifetime: LIMITS.uploadLifetime, now };
  return {
    registry,
    content,
    metadata,
    path,
    pushBlob,
    advance(millis) {
      time += millis;
    },
    collect: (options = {}) => collect({ content, metadata }, { ...settings, ...options }),
    preview: () => previewCollect({ content, metadata }, settings),
    with: (parts) => ({
      ...registry,
      content: { ...content, ...parts.content },
      metadata: withMethods(metadata, parts.metadata),
      limits: { ...LIMITS, ...parts.limits },
    }),
    async pushImage(repository, reference) {
      const [config, layer] = [await pushBlob(repository), await pushBlob(repository)];
      const body = imageBody(config, [layer]);
      return { config, layer, digest: await pushManifest(registry, repository, reference ?? digestOf(body), body) };
    },
    async close() {
      await metadata.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything counts, and is named. */
export const EVERYBODY: Audience = { counted: { all: true, prefixes: undefined, matches: () => true }, mayPull: () => true };
