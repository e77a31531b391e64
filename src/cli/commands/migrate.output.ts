import { z } from "zod";
import { damaged } from "../schemas/common.ts";

/** `opm migrate --json` */
export const migrateOutput = z.object({
  contents: z.int().describe("Blobs that were copied, beside those of an earlier try."),
  bytes: z.int().describe("Bytes of them."),
  rows: z.int().describe("Rows of the database, which are the same on both sides."),
  stoppedFor: z.int().describe("Milliseconds for which the source took no changes before all was there; it takes none from then on."),
  problems: z.array(damaged).describe("What is damaged at the source: there is no such content at the target; a finding."),
});
