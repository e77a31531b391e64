import type { ByteStream, ContentSource, ReadOptions } from "../../client/content/content.ts";
import { gunzip } from "../../client/content/gzip.ts";
import { parseStored } from "../../client/content/stored-manifest.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import { isTag, type Tag } from "../../oci/tag.ts";
import { ComponentError } from "../component-error.ts";
import type { DigestSpec, Element } from "../descriptor/component-descriptor.ts";
import { isExcluded } from "../descriptor/no-content.ts";
import { isArtifactArchive, openArtifactArchive } from "../repository/artifact-set.ts";
import type { LocalBlob } from "../repository/component-repository.ts";
import { layoutTar } from "../repository/layout-archive.ts";
import { NODE_HASHES, parseHashAlgorithm } from "../signing/descriptor-digest.ts";
import { BLOB_DIGEST } from "../verification/element-digest.ts";

/** The config of a chart that is an artifact of its own, and the layer that is the packaged chart. */
const CHART_CONFIG = "application/vnd.cncf.helm.config.v1+json";
const CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/** What says that content was compressed to be stored. */
const COMPRESSED = /\+gzip$/;

/** Formats of their own, which are compressed and stay so: charts, layers. */
const COMPRESSED_FORMAT = /^application\/vnd\..*[.+]tar\+gzip$/;

/** The content of a resource as a file that other tools take. */
export interface ResourceFile {
  readonly form: "blob" | "chart" | "layout";
  /** E.g. `.tgz`; empty where nothing is known of it. */
  readonly extension: string;
  /** Held against the digest of the resource while it passes: the last step throws when it is another. */
  readonly bytes: ByteStream;
  close(): Promise<void>;
}

export interface ResourceFileOptions extends ReadOptions {
  /** For messages. */
  readonly label: string;
  /** The bytes of a blob as they are stored, also of an archive with an artifact, and of what was compressed. */
  readonly asStored: boolean;
}

/** Charts become packages, images OCI layouts in a tar archive, compressed files what they were; all else are bytes. */
export async function resourceFile(content: LocalBlob, element: Element, options: ResourceFileOptions): Promise<ResourceFile> {
  const { label, asStored, signal } = options;
  const digest = digestOf(element);
  const reading = { ...(signal && { signal }) };
  if (content.content.kind === "artifact") {
    const { root, source } = content.content;
    checkArtifact(root, digest, label);
    return await artifactFile({ root, source, close: async () => {} }, element, reading);
  }
  const isOfBlob = digest?.normalisationAlgorithm === BLOB_DIGEST;
  const bytes = isOfBlob && digest !== undefined ? hashed(content.open(reading), digest, label) : content.open(reading);
  const isArchive = isArtifactArchive(content.mediaType);
  if (!isArchive || asStored) {
    const form = content.mediaType === CHART_LAYER ? "chart" : "blob";
    const isPacked = !asStored && isCompressedFile(content.mediaType);
    const extension = extensionOf(isPacked ? content.mediaType.replace(COMPRESSED, "") : content.mediaType);
    return { form, extension, bytes: isPacked ? decompressed(bytes, label) : bytes, close: async () => {} };
  }
  const archive = await openArtifactArchive(bytes, label);
  try {
    if (!isOfBlob) checkArtifact(archive.root, digest, label);
    return await artifactFile(archive, element, reading);
  } catch (cause) {
    await archive.close();
    throw cause;
  }
}

interface OpenArtifact {
  readonly root: Descriptor;
  readonly source: ContentSource;
  close(): Promise<void>;
}

async function artifactFile({ root, source, close }: OpenArtifact, { version }: Element, reading: ReadOptions): Promise<ResourceFile> {
  const manifest = await source.manifest(root.digest, reading);
  const { edges } = parseStored(manifest, source.name);
  const isChart = edges.some(({ kind, mediaType }) => kind === "config" && mediaType === CHART_CONFIG);
  const chart = isChart ? edges.find(({ mediaType }) => mediaType === CHART_LAYER) : undefined;
  if (chart !== undefined) {
    const { mediaType, digest, size } = chart;
    return { form: "chart", extension: ".tgz", bytes: source.blob({ mediaType, digest, size }, reading), close };
  }
  const tag: { readonly tag?: Tag } = isTag(version) ? { tag: version } : {};
  return { form: "layout", extension: ".tar", bytes: layoutTar(root, source, { ...reading, ...tag }), close };
}

/** Sources, and contents that are not signed, have none. */
function digestOf({ digest }: Element): DigestSpec | undefined {
  const spec = digest as DigestSpec | null | undefined;
  return spec === undefined || spec === null || isExcluded(spec) ? undefined : spec;
}

/** The digest of an artifact is that of its manifest, whatever it is called. */
function checkArtifact({ digest }: Descriptor, expected: DigestSpec | undefined, label: string): void {
  if (expected === undefined) return;
  const isSameHash = NODE_HASHES[parseHashAlgorithm(expected.hashAlgorithm)] === digestAlgorithm(digest);
  if (!isSameHash || digestEncoded(digest) !== expected.value.toLowerCase()) throw different(label, expected.value, digestEncoded(digest));
}

async function* hashed(stream: ByteStream, { hashAlgorithm, value }: DigestSpec, label: string): AsyncGenerator<Uint8Array> {
  const hasher = new Bun.CryptoHasher(NODE_HASHES[parseHashAlgorithm(hashAlgorithm)]);
  for await (const piece of stream) {
    hasher.update(piece);
    yield piece;
  }
  const actual = hasher.digest("hex");
  if (actual !== value.toLowerCase()) throw different(label, value, actual);
}

function isCompressedFile(mediaType: string): boolean {
  return COMPRESSED.test(mediaType) && !COMPRESSED_FORMAT.test(mediaType);
}

/** What is compressed is read to its last byte, whatever the decompression needs of it: it is held against its digest. */
async function* decompressed(stored: ByteStream, label: string): AsyncGenerator<Uint8Array> {
  const pieces = stored[Symbol.asyncIterator]();
  try {
    yield* gunzip({ [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) }, `${label}: what is stored`);
    for (let next = await pieces.next(); next.done !== true; ) next = await pieces.next();
  } finally {
    await pieces.return?.();
  }
}

function different(label: string, expected: string, actual: string): ComponentError {
  return new ComponentError("invalid", `${label}: its content is not what its digest says: expected ${expected}, found ${actual}`, { subject: label });
}

function extensionOf(mediaType: string): string {
  if (mediaType === CHART_LAYER || /tgz$|tar\+gzip$/.test(mediaType)) return ".tgz";
  if (/(?:x-|\+)tar$/.test(mediaType)) return ".tar";
  if (/gzip$/.test(mediaType)) return ".gz";
  return { "application/json": ".json", "application/x-yaml": ".yaml", "text/plain": ".txt" }[mediaType] ?? "";
}
