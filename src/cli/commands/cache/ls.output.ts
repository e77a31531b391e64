import { z } from "zod";
import { bytes } from "../../schemas/common.ts";
import { moduleVersion } from "../../schemas/module.ts";

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
