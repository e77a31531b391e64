import { z } from "zod";
import { damaged } from "../schemas/common.ts";

/** `opm scrub --json` */
export const scrubOutput = z.object({
  checked: z.int().describe("Blobs and manifests."),
  bytes: z.int().describe("Bytes of them."),
  problems: z.array(damaged),
  orphans: z.int().describe("Contents that the database does not know; they stay, see opm gc --unknown."),
  orphanBytes: z.int().describe("Bytes of them."),
  brokenUploads: z
    .int()
    .describe("Uploads in parts that a bucket has, no session knows, and that are older than a day; they stay, see opm gc --unknown. 0 for other stores."),
  mostlyUnknown: z.boolean().describe("More contents are unknown than known: a finding."),
  stores: z
    .enum(["same", "foreign", "unclaimed", "absent"])
    .describe("How content and database belong together; where they do not, or one is not there, nothing is checked and this is a finding."),
});
