import { annotationsShape, type Descriptor, MEDIA_TYPE, type Platform } from "../oci/descriptor.ts";
import { digestOf } from "../oci/digest.ts";
import { OCI_IMAGE_MANIFEST } from "../oci/media-types.ts";
import type { Tag } from "../oci/tag.ts";
import { ClientError } from "./client-error.ts";
import type { ContentTarget, StoredManifest } from "./content/content.ts";
import { digestFile, readFileStream } from "./content/files.ts";
import { MANIFEST_LIMIT } from "./content/manifest-bytes.ts";
import { bytesOf } from "./content/verified.ts";
import { EMPTY_BYTES, EMPTY_DESCRIPTOR } from "./layers.ts";
import { createLimiter } from "./limiter.ts";
import { describeLayers, type FileToPush, type LocalBlob, openWorkplace, regularFile, type Workplace } from "./local-layers.ts";
import { enterPlatform } from "./platform-index.ts";
import type { ProgressListener } from "./progress.ts";

/** Files that are under way at a time. */
const CONCURRENCY = 5;

export interface PushOptions {
  /** The type of the artifact: becomes `artifactType` and `config.mediaType`, so that tools of both generations know it. */
  readonly type: string;
  /** Names to give it; where there are none it has its digest only. */
  readonly tags: readonly Tag[];
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** A file with the content of the config. Default: an empty JSON object. */
  readonly config?: Pick<FileToPush, "path" | "content">;
  /** The manifest that it refers to. */
  readonly subject?: Pick<Descriptor, "mediaType" | "digest" | "size">;
  /** Make it the entry for this platform of an index, which then has the tags. */
  readonly platform?: Platform;
  /** Files at a time. Default: 5. */
  readonly concurrency?: number;
  readonly onProgress?: ProgressListener;
  /** Asked before anything is sent; throws where the target will not take this manifest under these tags. */
  readonly check?: (manifest: StoredManifest, tags: readonly Tag[]) => Promise<void>;
  readonly signal?: AbortSignal;
}

export interface PushResult {
  /** Of the artifact's own manifest. */
  readonly descriptor: Descriptor;
  /** Of the index around it, where a platform was given: what the tags name. */
  readonly index: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
  /** Bytes of blobs that were sent; the target had the others. */
  readonly bytesSent: number;
}

/**
 * Stores files as an artifact, one layer a file. Equal input makes an equal manifest: nothing of the time or the machine is in it.
 * @throws ClientError `invalid` for a type, a title or annotations that are none, `not-found` for a file that is not there
 */
export async function pushFiles(target: ContentTarget, files: readonly FileToPush[], options: PushOptions): Promise<PushResult> {
  checkOptions(options);
  for (const { path, mediaType } of files) if (mediaType !== undefined) checkMediaType(mediaType, `the type of ${path}`);
  const workplace = openWorkplace();
  try {
    const layers = await describeLayers(files, workplace, options.signal);
    return await pushLayers(target, layers, { ...options, blob: await describeConfig(options, workplace) });
  } finally {
    await workplace.close();
  }
}

async function pushLayers(target: ContentTarget, layers: readonly LocalBlob[], { blob: config, ...options }: PushOptions & { readonly blob: LocalBlob }) {
  const { signal } = options;
  const read = signal === undefined ? {} : { signal };
  const blobs = [...(layers.length === 0 ? [emptyLayer()] : layers), config];
  const descriptors = blobs.slice(0, -1).map(({ descriptor }) => descriptor);
  const manifest = buildManifest(config.descriptor, descriptors, options);
  // of a platform's manifest the tags are those of the index around it
  await options.check?.(manifest, options.platform === undefined ? options.tags : []);
  let bytesSent = 0;
  const limiter = createLimiter(options.concurrency ?? CONCURRENCY);
  const unique = new Map(blobs.map((blob) => [blob.descriptor.digest, blob]));
  await settle(
    [...unique.values()].map((blob) =>
      limiter.run(async () => {
        if (await putBlob(target, blob, options)) bytesSent += blob.descriptor.size;
      }),
    ),
  );
  if (options.platform === undefined) {
    await target.putManifest(manifest, { ...read, tags: options.tags, listed: true });
    return { descriptor: manifest.descriptor, index: undefined, layers: descriptors, bytesSent };
  }
  await target.putManifest(manifest, read);
  const entry = { ...manifest.descriptor, artifactType: options.type, platform: options.platform };
  const index = await enterPlatform(target, entry, { tags: options.tags, ...read });
  return { descriptor: manifest.descriptor, index, layers: descriptors, bytesSent };
}

async function describeConfig({ config, type }: PushOptions, workplace: Workplace): Promise<LocalBlob> {
  if (config === undefined) return { descriptor: { ...EMPTY_DESCRIPTOR, mediaType: type }, title: "config", content: EMPTY_BYTES };
  const path = await regularFile(config.path, workplace, config.content);
  return { descriptor: { mediaType: type, ...(await digestFile(path)) }, title: "config", content: { path } };
}

function emptyLayer(): LocalBlob {
  return { descriptor: EMPTY_DESCRIPTOR, title: "empty", content: EMPTY_BYTES };
}

/** @returns whether it was sent */
async function putBlob(target: ContentTarget, { descriptor, title, content }: LocalBlob, { onProgress, signal }: PushOptions): Promise<boolean> {
  const { digest, size } = descriptor;
  const report = (state: "started" | "moving" | "done" | "skipped", bytes: number) => onProgress?.({ kind: "blob", digest, title, state, bytes, total: size });
  const read = signal === undefined ? {} : { signal };
  if (await target.hasBlob(descriptor, read)) {
    report("skipped", size);
    return false;
  }
  report("started", 0);
  const open = (closing: AbortSignal) => (content instanceof Uint8Array ? bytesOf(content) : readFileStream(content.path, { signal: closing }));
  await target.putBlob({ descriptor, open, onBytes: (bytes) => report("moving", bytes) }, read);
  report("done", size);
  return true;
}

function buildManifest(config: Descriptor, layers: readonly Descriptor[], { type, annotations, subject }: PushOptions): StoredManifest {
  const document = {
    schemaVersion: 2,
    mediaType: OCI_IMAGE_MANIFEST,
    artifactType: type,
    config,
    layers,
    ...(subject && { subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size } }),
    ...(annotations && Object.keys(annotations).length > 0 && { annotations: sorted(annotations) }),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  if (bytes.length > MANIFEST_LIMIT)
    throw new ClientError(
      "invalid",
      `the manifest has ${bytes.length} bytes, more than the ${MANIFEST_LIMIT} that registries take: push fewer files or annotations`,
    );
  return { descriptor: { mediaType: OCI_IMAGE_MANIFEST, digest: digestOf(bytes), size: bytes.length }, bytes };
}

function checkOptions({ type, annotations = {} }: PushOptions): void {
  checkMediaType(type, "the type of the artifact");
  if (annotationsShape.problem(annotations) !== undefined || "" in annotations) throw new ClientError("invalid", "an annotation has no name");
}

function checkMediaType(type: string, what: string): void {
  if (MEDIA_TYPE.test(type)) return;
  throw new ClientError("invalid", `${what} is '${type.slice(0, 100)}', which is no media type: expected e.g. application/vnd.example.model.v1+json`);
}

function sorted(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Waits for all, so that nothing goes on after an error. */
async function settle(tasks: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(tasks)) if (result.status === "rejected") throw result.reason;
}
