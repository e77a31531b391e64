import { isClientError } from "../../client/client-error.ts";
import type { ContentTarget, ReadOptions } from "../../client/content/content.ts";
import { bytesOf } from "../../client/content/verified.ts";
import { copyArtifact } from "../../client/copy.ts";
import { createLimiter } from "../../client/limiter.ts";
import type { TransferState } from "../../client/progress.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor } from "../descriptor/component-descriptor.ts";
import { currentMediaType, DESCRIPTOR_JSON } from "../descriptor/descriptor-media-type.ts";
import { formatDescriptor } from "../descriptor/format-descriptor.ts";
import { formatIdentity } from "../descriptor/identity.ts";
import { componentIndex, componentManifest, configBytes, describeArtifact, describeBlob, type LocalElement, localElements } from "./component-manifests.ts";
import { COMPONENT_CONFIG } from "./component-media-type.ts";
import type { NewLocalBlob, PutComponentVersion, PutResult } from "./component-repository.ts";
import type { ComponentStore } from "./component-store.ts";
import { componentRepository, componentTag } from "./oci-mapping.ts";

/** Blobs under way at a time. */
const CONCURRENCY = 5;

type LayerBlob = Extract<NewLocalBlob, { kind: "layer" }>;
type ArtifactBlob = Extract<NewLocalBlob, { kind: "artifact" }>;

/**
 * Stores a component version: blobs and artifacts, then descriptor and config, the manifests, and the tag last. What the store has
 * already is not sent again.
 * @throws ComponentError `invalid` when an access names a local blob that is not among the blobs, nor by digest
 */
export async function putVersion(store: ComponentStore, version: PutComponentVersion, options: ReadOptions = {}): Promise<PutResult> {
  const { descriptor } = version;
  const { component } = descriptor;
  const tag = componentTag(component.version);
  const target = store.target(componentRepository(store, component.name));
  const elements = localElements(descriptor);
  const blobs = uniqueBlobs(version.blobs);
  checkBlobs(descriptor, elements, blobs);
  await sendBlobs({ target, version, signal: options.signal }, [...blobs.values()]);
  const layers = inOrder(
    [...blobs.values()].filter(isLayer).map((blob) => describeBlob(blob.descriptor, elements)),
    elements,
  );
  const artifacts = inOrder(
    [...blobs.values()].filter(isArtifact).map((blob) => describeArtifact(blob.root, elements)),
    elements,
  );
  const layer = await putBytes(target, descriptorBlob(version), options);
  const config = await putBytes(target, { mediaType: COMPONENT_CONFIG, bytes: configBytes(layer) }, options);
  const manifest = componentManifest(descriptor, { config, layers: [layer, ...layers] });
  if (artifacts.length === 0) {
    await target.putManifest(manifest, { ...options, tags: [tag], listed: true });
    return { digest: manifest.descriptor.digest, layout: "manifest" };
  }
  await target.putManifest(manifest, options);
  const index = componentIndex(descriptor, manifest, artifacts);
  await target.putManifest(index, { ...options, tags: [tag], listed: true });
  return { digest: index.descriptor.digest, layout: "index" };
}

function isLayer(blob: NewLocalBlob): blob is LayerBlob {
  return blob.kind === "layer";
}

function isArtifact(blob: NewLocalBlob): blob is ArtifactBlob {
  return blob.kind === "artifact";
}

function rootOf(blob: NewLocalBlob): Descriptor {
  return blob.kind === "layer" ? blob.descriptor : blob.root;
}

/** Several elements may share a blob: it is stored once. */
function uniqueBlobs(blobs: readonly NewLocalBlob[]): ReadonlyMap<Digest, NewLocalBlob> {
  const unique = new Map<Digest, NewLocalBlob>();
  for (const blob of blobs) if (!unique.has(rootOf(blob).digest)) unique.set(rootOf(blob).digest, blob);
  return unique;
}

function checkBlobs({ component }: ComponentDescriptor, elements: readonly LocalElement[], blobs: ReadonlyMap<Digest, NewLocalBlob>): void {
  for (const { kind, identity, digests } of elements) {
    const subject = `${component.name}:${component.version}, ${kind} ${formatIdentity(identity)}`;
    if (digests === undefined) throw new ComponentError("invalid", `${subject}: the localReference of its access is no digest`, { subject });
    const missing = digests.find((digest) => !blobs.has(digest));
    if (missing !== undefined) throw new ComponentError("invalid", `${subject}: its local blob ${missing} is missing`, { subject });
  }
}

/** In the order of the elements, so that equal component versions have equal manifests. */
function inOrder(blobs: readonly Descriptor[], elements: readonly LocalElement[]): readonly Descriptor[] {
  const order = new Map(
    elements
      .flatMap(({ digests }) => digests ?? [])
      .map((digest, at) => [digest, at] as const)
      .reverse(),
  );
  const rank = ({ digest }: Descriptor) => order.get(digest) ?? Number.MAX_SAFE_INTEGER;
  return [...blobs].sort((one, other) => rank(one) - rank(other) || (one.digest < other.digest ? -1 : 1));
}

function descriptorBlob({ descriptor, descriptorMediaType, schema }: PutComponentVersion): { readonly mediaType: string; readonly bytes: Uint8Array } {
  const mediaType = currentMediaType(descriptorMediaType ?? DESCRIPTOR_JSON);
  return { mediaType, bytes: formatDescriptor(descriptor, mediaType, schema) };
}

async function putBytes(
  target: ContentTarget,
  { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Uint8Array },
  options: ReadOptions,
): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  if (!(await target.hasBlob(descriptor, options))) await target.putBlob({ descriptor, open: () => bytesOf(bytes), verified: true }, options);
  return descriptor;
}

interface Sending {
  readonly target: ContentTarget;
  readonly version: PutComponentVersion;
  readonly signal: AbortSignal | undefined;
}

/** In parallel; the first failure ends the others, and nothing goes on after it. */
async function sendBlobs({ target, version, signal }: Sending, blobs: readonly NewLocalBlob[]): Promise<void> {
  const { onProgress, concurrency = CONCURRENCY } = version;
  const failed = new AbortController();
  const stopping = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const limiter = createLimiter(concurrency);
  const send = (blob: NewLocalBlob) => async () => {
    stopping.throwIfAborted();
    if (blob.kind === "layer") return await sendLayer(blob, { target, version, signal: stopping });
    const copying = { concurrency, signal: stopping, ...(onProgress && { onProgress }) };
    await copyArtifact({ source: blob.source, reference: blob.root.digest }, { target, tags: [] }, copying);
  };
  // artifacts have a limit of their own: one at a time
  const single = createLimiter(1);
  const tasks = blobs.map((blob) => (blob.kind === "layer" ? limiter : single).run(send(blob)));
  for (const task of tasks) task.catch((error) => failed.abort(error));
  const settled = await Promise.allSettled(tasks);
  signal?.throwIfAborted();
  const errors: unknown[] = settled.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (errors.length > 0) throw errors.find((error) => isClientError(error) || error instanceof ComponentError) ?? errors[0];
}

async function sendLayer(blob: LayerBlob, { target, version, signal }: Sending): Promise<void> {
  const { descriptor, open, verified, from } = blob;
  const options = signal === undefined ? {} : { signal };
  const report = (state: TransferState, bytes = descriptor.size) => {
    const { digest, size, mediaType } = descriptor;
    version.onProgress?.({ kind: "blob", digest, title: mediaType, state, bytes, total: size });
  };
  if (await target.hasBlob(descriptor, options)) return report("skipped");
  const canMount = from !== undefined && from.registry === target.location?.registry && from.repository !== target.location.repository;
  if (canMount && (await target.mountBlob(descriptor, from, options))) return report("mounted");
  report("started", 0);
  await target.putBlob({ descriptor, open, ...(verified !== undefined && { verified }), onBytes: (bytes) => report("moving", bytes) }, options);
  report("done");
}
