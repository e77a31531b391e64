import { extractFacts } from "../../artifacts/extract.ts";
import type { ArtifactFacts } from "../../artifacts/facts.ts";
import { createTypeTable, type TypeTable } from "../../artifacts/type-table.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { type ManifestEdge, type ParsedManifest, parseManifest } from "../../oci/manifest.ts";
import { manifestKind } from "../../oci/media-types.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import { unknownReference } from "../../packages/resolve.ts";
import { ClientError, isClientError } from "../client-error.ts";
import type { RepositoryClient } from "../remote/repository-client.ts";

/** Tags that are listed at most. */
const TAG_LIMIT = 100_000;

/** A manifest that was read. */
export interface PlainArtifact {
  readonly descriptor: Descriptor;
  readonly manifest: ParsedManifest;
}

/** One repository as the distribution API shows it. What was read once is remembered, so every answer is of one moment. */
export interface PlainRepository {
  readonly registry: string;
  readonly repository: RepositoryName;
  /** For messages: `registry.example.com/team/app`. */
  readonly label: string;
  readonly types: TypeTable;
  /** In ASCII order. @throws ClientError `not-found` */
  tags(): Promise<readonly Tag[]>;
  /** What a tag or digest names, without reading it where the registry allows that. Undefined when it is not there. */
  head(reference: Tag | Digest): Promise<Descriptor | undefined>;
  /** Undefined when it is not there. @throws RegistryError `MANIFEST_INVALID` */
  artifact(reference: Tag | Digest): Promise<PlainArtifact | undefined>;
  /** What an artifact says about itself. */
  facts(artifact: PlainArtifact): Promise<ArtifactFacts>;
  /** The first bytes of a blob. Undefined when it is not there. */
  read(blob: Pick<ManifestEdge, "digest" | "mediaType" | "size">, limit: number): Promise<Uint8Array | undefined>;
  referrers(subject: Digest): Promise<readonly Descriptor[]>;
  /** Bytes of a blob, 0 where the registry does not say. Undefined when it is not there. */
  blobSize(digest: Digest): Promise<number | undefined>;
  /** Tells the user, once, what was not looked at, where the answer may be another because of it. */
  note(text: string): void;
  /** Another repository of the same registry. */
  sibling(repository: RepositoryName): PlainRepository;
}

/** The questions of the distribution API that answers are computed from. */
export type PlainClient = Pick<RepositoryClient, "registry" | "getManifest" | "headManifest" | "blob" | "headBlob" | "tags" | "referrers">;

export interface PlainOptions {
  readonly signal: AbortSignal;
  readonly open: (repository: RepositoryName) => PlainClient;
  readonly note?: (text: string) => void;
}

/** Opens a repository. Nothing is asked before it is needed. */
export function openPlainRepository(repository: RepositoryName, { signal, open, note = () => {} }: PlainOptions): PlainRepository {
  const client = open(repository);
  const types = createTypeTable();
  const artifacts = new Map<string, Promise<PlainArtifact | undefined>>();
  const heads = new Map<string, Promise<Descriptor | undefined>>();
  const facts = new Map<string, Promise<ArtifactFacts>>();
  const referrers = new Map<string, Promise<readonly Descriptor[]>>();
  let tags: Promise<readonly Tag[]> | undefined;

  const artifact = (reference: Tag | Digest) =>
    remember(artifacts, reference, async () => {
      const stored = await unlessMissing(client.getManifest(reference, { signal }));
      return stored && { descriptor: stored.descriptor, manifest: parseManifest(stored.bytes, stored.descriptor.mediaType) };
    });
  const read = async ({ digest, mediaType, size }: Pick<ManifestEdge, "digest" | "mediaType" | "size">, limit: number) => {
    if (manifestKind(mediaType) !== undefined) return (await unlessMissing(client.getManifest(digest, { signal })))?.bytes.subarray(0, limit);
    return await unlessMissing(firstBytes(client.blob({ digest, mediaType, size }, { signal }), limit));
  };
  return {
    registry: client.registry,
    repository,
    label: `${client.registry}/${repository}`,
    types,
    tags() {
      tags ??= collect(client.tags({ signal }), TAG_LIMIT, () => note(`of the tags of ${client.registry}/${repository} the first ${TAG_LIMIT} were looked at`));
      return tags;
    },
    head: (reference) =>
      remember(heads, reference, async () => {
        const read = await artifacts.get(reference)?.catch(() => undefined);
        if (read !== undefined) return read.descriptor;
        const head = await unlessMissing(client.headManifest(reference, { signal }));
        if (head === undefined) return undefined;
        const { digest, mediaType, size } = head;
        if (digest !== undefined && size !== undefined && manifestKind(mediaType) !== undefined) return { digest, mediaType, size };
        return (await artifact(reference))?.descriptor;
      }),
    artifact,
    read,
    facts: (of) => remember(facts, of.descriptor.digest, () => extractFacts(of.manifest, types, { read })),
    referrers: (subject) => remember(referrers, subject, async () => (await client.referrers(subject, { signal })).descriptors),
    async blobSize(digest) {
      const size = await client.headBlob(digest, { signal });
      return size === undefined ? undefined : Math.max(0, size);
    },
    sibling: (name) => openPlainRepository(name, { signal, open, note }),
    note,
  };
}

/** What is said of a tag or digest that is not there. */
export function absent({ label }: Pick<PlainRepository, "label">, reference: Tag | Digest): ClientError {
  return new ClientError("not-found", `${unknownReference(label, reference)}, or it is not visible to this user`);
}

function remember<T>(memory: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = memory.get(key) ?? ask();
  memory.set(key, answer);
  return answer;
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isClientError(error, "not-found")) return undefined;
    throw error;
  }
}

async function collect(tags: AsyncIterable<Tag>, limit: number, onMore: () => void): Promise<readonly Tag[]> {
  const found: Tag[] = [];
  for await (const tag of tags) {
    if (found.length < limit) found.push(tag);
    else {
      onMore();
      break;
    }
  }
  return found.sort();
}

async function firstBytes(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    pieces.push(piece.subarray(0, limit - size));
    size += piece.length;
    if (size >= limit) break;
  }
  return Buffer.concat(pieces);
}
