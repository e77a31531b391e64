import { z } from "zod";

/** `opm gc --json` */
export const gcOutput = z.object({
  dryRun: z.boolean(),
  manifests: z.int(),
  links: z.int().describe("Blobs that were taken from a repository which needs them no more."),
  blobs: z.int(),
  bytes: z.int().describe("Bytes of the blobs."),
  uploads: z.int().describe("Uploads that were begun and not ended."),
  unknown: z
    .object({
      contents: z.int().describe("Contents that the database does not know and that are old enough to go."),
      bytes: z.int().describe("Bytes of them."),
      uploads: z.int().describe("Uploads in parts that a bucket has, no session knows, and that are older than a day. 0 for other stores."),
      kept: z.int().describe("Those that are younger than collector.retention."),
    })
    .optional()
    .describe("With --unknown."),
  beside: z.string().optional().describe("Another process that collected at the same time: its host, its number there, and what tells it from others."),
  complete: z.boolean().optional().describe("With --dry-run: false where there is more than was looked at."),
});
