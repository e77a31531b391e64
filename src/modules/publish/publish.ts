import { isClientError } from "../../client/client-error.ts";
import type { BlobToPut, ContentTarget, ReadOptions } from "../../client/content/content.ts";
import { readFileStream } from "../../client/content/files.ts";
import { openLayoutFolderTarget } from "../../client/content/layout-folder.ts";
import { bytesOf } from "../../client/content/verified.ts";
import type { ProgressListener } from "../../client/progress.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { ModuleError } from "../helper/helper.ts";
import { MODULE_CONFIG } from "../module-manifest.ts";
import type { ModuleSession } from "../module-session.ts";
import { findExisting } from "./existing-version.ts";
import type { PackedModule } from "./packed-module.ts";
import { type PublishPlan, takenError } from "./plan-publish.ts";

export interface PublishOptions {
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

export interface PublishResult {
  /** `identical`: the same content was there already, and nothing was sent. */
  readonly state: "published" | "identical";
  /** Of the manifest that the version has. */
  readonly descriptor: Descriptor;
}

/**
 * Publishes what passed the checks. A version that comes about meanwhile is held against it as well.
 * @throws ModuleError `refused` when the version has other content by now; ClientError
 */
export async function publish({ helper }: Pick<ModuleSession, "helper">, plan: PublishPlan, options: PublishOptions = {}): Promise<PublishResult> {
  const { content, packed, tag } = plan;
  const { signal, onProgress } = options;
  if (plan.existing.state === "identical") return plan.existing;
  await pushModuleBlobs(content, packed, options);
  const look = () => findExisting(helper, content, packed, { tag, ...(signal && { signal }) });
  const before = await look();
  if (before.state === "other") throw await takenError(plan, packed, before, signal);
  if (before.state === "identical") return before;
  try {
    await content.putManifest(packed.manifest, { tags: [tag], listed: true, ifAbsent: true, ...(signal && { signal }) });
  } catch (error) {
    // registries refuse a tag that is there in many ways: what is there says more than the answer
    if (!isClientError(error) || error.kind === "network") throw error;
    const there = await look().catch(() => ({ state: "none" }) as const);
    if (there.state === "identical") return there;
    throw there.state === "other" ? await takenError(plan, packed, there, signal) : error;
  }
  const { digest, size } = packed.manifest.descriptor;
  onProgress?.({ kind: "manifest", digest, title: tag, state: "done", bytes: size, total: size });
  const after = await look();
  if (after.state === "other") {
    const message = `${packed.path} ${packed.version} was published by somebody else at the same time, with other content (${after.digest}): what was sent is ${content.name}@${digest} and has no version`;
    throw new ModuleError("refused", message, { details: { digest: after.digest } });
  }
  return { state: "published", descriptor: packed.manifest.descriptor };
}

/** Writes what passed the checks as an OCI layout, where `cue` and others can take it from. @throws ClientError */
export async function writeLayout({ packed, tag }: PublishPlan, folder: string, options: PublishOptions = {}): Promise<void> {
  const target = await openLayoutFolderTarget(folder);
  await pushModuleBlobs(target, packed, options);
  await target.putManifest(packed.manifest, { tags: [tag], listed: true });
  await target.close();
}

/** Puts the config, the zip and the module file of a module version where it goes, in this order; the manifest is left to the caller. */
async function pushModuleBlobs(target: ContentTarget, packed: PackedModule, options: PublishOptions = {}): Promise<void> {
  const { zip, moduleFile } = packed.layers;
  await putBlob(target, { descriptor: MODULE_CONFIG.descriptor, open: () => bytesOf(MODULE_CONFIG.bytes) }, options);
  await putBlob(target, { descriptor: zip, open: (signal) => readFileStream(packed.zipFile, { signal }) }, options);
  await putBlob(target, { descriptor: moduleFile, open: () => bytesOf(packed.moduleFile) }, options);
}

async function putBlob(target: ContentTarget, blob: Pick<BlobToPut, "descriptor" | "open">, { onProgress, signal }: PublishOptions): Promise<void> {
  const { descriptor } = blob;
  const read: ReadOptions = signal === undefined ? {} : { signal };
  const report = (state: "started" | "moving" | "done" | "skipped", bytes: number) => onProgress?.({ ...eventOf(descriptor), state, bytes });
  if (await target.hasBlob(descriptor, read)) return report("skipped", descriptor.size);
  report("started", 0);
  await target.putBlob({ ...blob, onBytes: (bytes) => report("moving", bytes) }, read);
  report("done", descriptor.size);
}

function eventOf({ digest, mediaType, size }: Descriptor) {
  return { kind: "blob", digest, title: mediaType, total: size } as const;
}
