import type { ArtifactFacts } from "../../../../artifacts/facts.ts";
import { type Digest, digestOf } from "../../../../oci/digest.ts";
import { parseManifest } from "../../../../oci/manifest.ts";
import { OCI_IMAGE_CONFIG, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR_GZIP } from "../../../../oci/media-types.ts";
import { parseRepositoryName } from "../../../../oci/name.ts";
import { parseTag } from "../../../../oci/tag.ts";
import type { Actor } from "../../../metadata/records.ts";
import type { MetadataStore } from "../../../metadata/store.ts";

export const ALICE: Actor = { subject: "alice", remote: "192.0.2.1", requestId: "request-1" };
export const MINUTE = 60_000;

export interface Artifact {
  readonly digest: Digest;
  readonly body: Uint8Array;
  readonly facts: ArtifactFacts | undefined;
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const NO_FACTS: ArtifactFacts = { platforms: [], labels: {}, provides: [], dependencies: [], truncated: false };

/** Digest of a blob that the story names. */
export const blobOf = (name: string): Digest => digestOf(name);

/**
 * Somebody who uses a metadata store, the same in every version of it: what is done has fixed digests and times, a minute apart.
 * Only what ports of all versions have; it is also run by programs of before (see write-fixture.ts).
 */
export class Narrator {
  readonly #store: MetadataStore;
  #now: number;

  constructor(store: MetadataStore, start: number) {
    this.#store = store;
    this.#now = start;
  }

  /** The time of what is done next. */
  get now(): number {
    this.#now += MINUTE;
    return this.#now;
  }

  async blob(repository: string, name: string): Promise<{ readonly digest: Digest; readonly size: number }> {
    const digest = blobOf(name);
    const now = this.now;
    await this.#store.blobs.reserve(digest, now + MINUTE, now);
    await this.#store.blobs.link({ repository: parseRepositoryName(repository), digest, size: 100 + name.length, actor: ALICE, now });
    return { digest, size: 100 + name.length };
  }

  /** Pushes an artifact of a config and a layer, whose contents are named after it. */
  async artifact(
    repository: string,
    name: string,
    tags: readonly string[],
    {
      config = OCI_IMAGE_CONFIG,
      facts = {},
      ...more
    }: { readonly config?: string; readonly facts?: Partial<ArtifactFacts> } & Readonly<Record<string, unknown>> = {},
  ): Promise<Artifact> {
    const document = {
      schemaVersion: 2,
      mediaType: OCI_IMAGE_MANIFEST,
      config: { mediaType: config, ...(await this.blob(repository, `${name} config`)) },
      layers: [{ mediaType: OCI_LAYER_TAR_GZIP, ...(await this.blob(repository, `${name} layer`)) }],
      ...more,
    };
    return this.put(repository, document, tags, facts);
  }

  index(repository: string, children: readonly (readonly [Artifact, Readonly<Record<string, string>>])[], tags: readonly string[]): Promise<Artifact> {
    const manifests = children.map(([{ digest, body }, platform]) => ({ mediaType: OCI_IMAGE_MANIFEST, digest, size: body.length, platform }));
    return this.put(repository, { schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests, annotations: { color: "green" } }, tags, {});
  }

  async put(repository: string, document: unknown, tags: readonly string[], facts: Partial<ArtifactFacts>): Promise<Artifact> {
    const body = encode(document);
    const artifact: Artifact = { body, digest: digestOf(body), facts: { ...NO_FACTS, ...facts } };
    await this.push(repository, artifact, tags);
    return artifact;
  }

  async push(repository: string, { body, digest, facts }: Artifact, tags: readonly string[]): Promise<void> {
    const manifest = parseManifest(body, undefined);
    const put = { ...manifest, repository: parseRepositoryName(repository), digest, body, facts, tags: tags.map(parseTag), actor: ALICE, now: this.now };
    const { outcome } = await this.#store.manifests.put(put);
    if (outcome !== "stored") throw new Error(`${repository} ${tags.join(" ")}: ${outcome}`);
  }

  async untag(repository: string, tag: string): Promise<void> {
    await this.#store.tags.delete({ repository: parseRepositoryName(repository), tag: parseTag(tag), actor: ALICE, now: this.now });
  }
}
