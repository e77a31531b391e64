import { z } from "zod";
import { digest } from "../../schemas/common.ts";
import type { JsonOutput } from "../../schemas/outputs.ts";

const bytes = z.int().describe("bytes");
const moduleVersion = z.object({ path: z.string().describe("With its major: example.com/blog@v1."), version: z.string() });

const listOutput = z.object({
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
export type CacheListOutput = z.infer<typeof listOutput>;

const verifyOutput = z.object({
  checked: z.int().describe("Module versions and blobs."),
  modules: z.array(moduleVersion.extend({ problems: z.array(z.string()) })).describe("Those that were damaged: the parts that were are removed."),
  blobs: z.array(digest).describe("Those that were damaged, and are removed."),
  bytesRemoved: bytes,
});
export type CacheVerifyOutput = z.infer<typeof verifyOutput>;

const removeOutput = z.object({
  dryRun: z.boolean(),
  modules: z.array(moduleVersion).describe("What was removed, or would be."),
  blobs: z.int().describe("How many were removed, or would be."),
  bytes,
});
export type CacheRemoveOutput = z.infer<typeof removeOutput>;

/** What the commands of the cache print. */
export const CACHE_OUTPUTS: readonly JsonOutput[] = [
  { command: "cache ls", schema: listOutput },
  { command: "cache verify", schema: verifyOutput },
  { command: "cache prune", schema: removeOutput },
  { command: "cache clean", schema: removeOutput },
];
