import type { BlobToPut, ContentTarget, ReadOptions } from "../../client/content/content.ts";
import { readFileStream } from "../../client/content/files.ts";
import { bytesOf } from "../../client/content/verified.ts";
import type { ProgressListener } from "../../client/progress.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { MODULE_CONFIG } from "../module-manifest.ts";
import type { PackedModule } from "./packed-module.ts";

export interface PushModuleOptions {
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** Puts the config, the zip and the module file of a module version where it goes, in this order; the manifest is left to the caller. */
export async function pushModuleBlobs(target: ContentTarget, packed: PackedModule, options: PushModuleOptions = {}): Promise<void> {
  const { zip, moduleFile } = packed.layers;
  await putBlob(target, { descriptor: MODULE_CONFIG.descriptor, open: () => bytesOf(MODULE_CONFIG.bytes) }, options);
  await putBlob(target, { descriptor: zip, open: (signal) => readFileStream(packed.zipFile, { signal }) }, options);
  await putBlob(target, { descriptor: moduleFile, open: () => bytesOf(packed.moduleFile) }, options);
}

async function putBlob(target: ContentTarget, blob: Pick<BlobToPut, "descriptor" | "open">, { onProgress, signal }: PushModuleOptions): Promise<void> {
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
