import { ClientError } from "../../client/client-error.ts";
import type { RepositoryLocation } from "../../client/content/content.ts";
import { createLimiter } from "../../client/limiter.ts";
import type { Digest } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import { localElements } from "../repository/component-manifests.ts";
import type { ComponentRepository, NewLocalBlob, StoredComponentVersion } from "../repository/component-repository.ts";
import { createComponentRepository } from "../repository/create-component-repository.ts";
import { componentRepository } from "../repository/oci-mapping.ts";
import { versionLabel } from "../version-label.ts";
import { guardedStore } from "./guarded-store.ts";
import { uploadImage } from "./image-upload.ts";
import { planVersion, type VersionPlan } from "./plan-version.ts";
import { readClosure } from "./read-closure.ts";
import type { TransferOptions, TransferredVersion, VersionName } from "./transfer-options.ts";

/** Component versions that are compared with the target at a time. */
const PLANS = 4;

/**
 * Carries component versions to another repository. All of them are read and compared with what the target has first; then they are sent,
 * those that others refer to before these. Each is visible once it is complete. What failed can be repeated, and goes on where it was.
 * @throws ComponentError `refused` when the target has other content under a name; then nothing was sent
 */
export async function transferVersions(
  source: ComponentRepository,
  versions: readonly VersionName[],
  target: ComponentRepository,
  options: TransferOptions,
): Promise<readonly TransferredVersion[]> {
  const { recursive = false, lookup = [], signal } = options;
  if (options.uploadAs === "oci-artifact" && target.store.kind !== "registry") {
    throw new ComponentError("refused", `${target.store.name} is no registry: images can be uploaded only to one`);
  }
  const closure = await readClosure(source, versions, { recursive, lookup, ...(signal && { signal }) });
  const plans = await planAll(closure, target, options);
  const present = new PresentBlobs(target);
  const transferred: TransferredVersion[] = [];
  for (const plan of plans) transferred.push(await carryOut(plan, target, { ...options, present }));
  return transferred;
}

/** In parallel; waits for all, so that nothing goes on after a failure. */
async function planAll(closure: readonly StoredComponentVersion[], target: ComponentRepository, options: TransferOptions): Promise<readonly VersionPlan[]> {
  const limiter = createLimiter(PLANS);
  const settled = await Promise.allSettled(closure.map((version) => limiter.run(() => planVersion(version, target, options))));
  options.signal?.throwIfAborted();
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** Every component version of a repository. */
export async function allVersions(source: ComponentRepository, options: Pick<TransferOptions, "signal"> = {}): Promise<readonly VersionName[]> {
  const names = (await Array.fromAsync(source.components(options))).sort();
  const versions: VersionName[] = [];
  for (const name of names) for (const version of await source.versions(name, options)) versions.push({ name, version });
  return versions;
}

async function carryOut(
  plan: VersionPlan,
  target: ComponentRepository,
  options: TransferOptions & { readonly present: PresentBlobs },
): Promise<TransferredVersion> {
  const { inbound, existing, state, put, uploads } = plan;
  const { name, version } = inbound.descriptor.component;
  const images = uploads.map(({ access }) => String(access.imageReference));
  const result = { name, version, state, images };
  if (put === undefined) {
    options.present.add(name, existing?.descriptor);
    return { ...result, digest: existing?.digest };
  }
  if (options.dryRun === true) return { ...result, digest: undefined };
  const label = versionLabel(inbound.descriptor.component);
  const { signal, onProgress, concurrency, present } = options;
  const moving = { ...(onProgress && { onProgress }), ...(concurrency !== undefined && { concurrency }) };
  const reading = signal === undefined ? {} : { signal };
  try {
    for (const upload of uploads) await uploadImage(target.store, upload, { ...moving, ...reading });
    const guarded = options.overwrite === true ? target : createComponentRepository(guardedStore(target.store, existing?.digest, label));
    const { digest } = await guarded.put({ ...put, blobs: put.blobs.map((blob) => present.shared(blob)), ...moving }, reading);
    present.add(name, put.descriptor);
    return { ...result, digest };
  } catch (cause) {
    signal?.throwIfAborted();
    throw failure(cause, label, target);
  }
}

/** Says what did not arrive, and that repeating is enough. */
function failure(cause: unknown, label: string, { store }: ComponentRepository): unknown {
  if (cause instanceof ComponentError && cause.kind === "refused") return cause;
  if (!(cause instanceof ClientError) && !(cause instanceof ComponentError)) return cause;
  const advice = cause.kind === "network" ? `; repeat the command${store.kind === "registry" ? ": what arrived is not sent again" : ""}` : "";
  return new ComponentError(cause.kind, `${label} was not transferred to ${store.name}: ${cause.message}${advice}`, { cause, subject: label });
}

/** Where in the target blobs are, so that its registry can take them over from there. */
class PresentBlobs {
  readonly #target: ComponentRepository;
  readonly #places = new Map<Digest, RepositoryLocation>();

  constructor(target: ComponentRepository) {
    this.#target = target;
  }

  add(name: string, descriptor: Parameters<typeof localElements>[0] | undefined): void {
    const { store } = this.#target;
    const { registry } = store;
    if (descriptor === undefined || registry === undefined) return;
    const location = { registry, repository: componentRepository(store, name) };
    for (const digest of localElements(descriptor).flatMap(({ digests }) => digests ?? [])) this.#places.set(digest, location);
  }

  shared(blob: NewLocalBlob): NewLocalBlob {
    if (blob.kind === "artifact" || blob.from?.registry === this.#target.store.registry) return blob;
    const from = this.#places.get(blob.descriptor.digest);
    return from === undefined ? blob : { ...blob, from };
  }
}
