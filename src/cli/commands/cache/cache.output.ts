import { z } from "zod";
import { bytes, digest, moduleVersion } from "../../schemas/common.ts";

/** `opm cache ls --json` */
export const cacheListOutput = z.object({
  modules: z.object({
    folder: z.string(),
    bytes,
    items: z.array(
      moduleVersion.extend({
        bytes,
        fetchedAt: z.iso.datetime(),
        complete: z.boolean().describe("False where only the module file is there."),
      }),
    ),
  }),
  content: z.object({ folder: z.string().nullable(), bytes, blobs: z.int() }).describe("Blobs that opm itself keeps, of any registry."),
});
export type CacheListOutput = z.infer<typeof cacheListOutput>;

/** `opm cache prune --json` and `opm cache clean --json` */
export const cacheRemoveOutput = z.object({
  dryRun: z.boolean(),
  modules: z.array(moduleVersion).describe("What was removed, or would be."),
  blobs: z.int().describe("How many were removed, or would be."),
  bytes,
});
export type CacheRemoveOutput = z.infer<typeof cacheRemoveOutput>;

/** `opm cache verify --json` */
export const cacheVerifyOutput = z.object({
  checked: z.int().describe("Module versions and blobs."),
  modules: z.array(moduleVersion.extend({ problems: z.array(z.string()) })).describe("Those that were damaged: the parts that were are removed."),
  blobs: z.array(digest).describe("Those that were damaged, and are removed."),
  bytesRemoved: bytes,
});
export type CacheVerifyOutput = z.infer<typeof cacheVerifyOutput>;
