import { z } from "zod";
import { policyResult } from "./build.output.ts";

/** `opm mod vet --json` of a valid module; of another it has `error` in place of these. */
export const vetOutput = z.object({
  packages: z.int().describe("How many were evaluated."),
  policies: z.array(policyResult).describe("Those that the module declares itself."),
  warnings: z.array(z.string()),
});
export type VetOutput = z.infer<typeof vetOutput>;
