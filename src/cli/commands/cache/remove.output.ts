import { z } from "zod";
import { bytes } from "../../schemas/common.ts";
import { moduleVersion } from "../../schemas/module.ts";

/** `opm cache prune --json` and `opm cache clean --json` */
export const cacheRemoveOutput = z.object({
  dryRun: z.boolean(),
  modules: z.array(moduleVersion).describe("What was removed, or would be."),
  blobs: z.int().describe("How many were removed, or would be."),
  bytes,
});
export type CacheRemoveOutput = z.infer<typeof cacheRemoveOutput>;
