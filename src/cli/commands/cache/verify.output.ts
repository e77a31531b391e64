import { z } from "zod";
import { bytes, digest } from "../../schemas/common.ts";
import { moduleVersion } from "../../schemas/module.ts";

/** `opm cache verify --json` */
export const cacheVerifyOutput = z.object({
  checked: z.int().describe("Module versions and blobs."),
  modules: z.array(moduleVersion.extend({ problems: z.array(z.string()) })).describe("Those that were damaged: the parts that were are removed."),
  blobs: z.array(digest).describe("Those that were damaged, and are removed."),
  bytesRemoved: bytes,
});
export type CacheVerifyOutput = z.infer<typeof cacheVerifyOutput>;
