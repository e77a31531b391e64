import { z } from "zod";
import { annotations, descriptor, reference, transfer } from "../schemas/common.ts";

/** `opm pull --json` */
export const pullOutput = z.object({
  ...descriptor.shape,
  dryRun: z.boolean().describe("True: nothing was downloaded, `downloaded` says what would be."),
  reference: reference.describe("What was pulled, by digest."),
  artifactType: z.string().nullable(),
  annotations: annotations,
  files: z.array(
    z.object({
      path: z.string().describe("Where it is now, below the output folder as it was given."),
      ...descriptor.shape,
      downloaded: z.boolean().describe("False: it was there, or in the cache."),
    }),
  ),
  transfer: transfer,
});
export type PullOutput = z.infer<typeof pullOutput>;
