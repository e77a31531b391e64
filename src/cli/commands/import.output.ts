import { z } from "zod";
import { bytes } from "../schemas/common.ts";

const tally = {
  source: z.int().describe("Listed by the source, or part of what is."),
  target: z.int().describe("Of those at the target."),
  sent: z.int().describe("Of those brought there by this import."),
};
const sized = { ...tally, sourceBytes: bytes, targetBytes: bytes, sentBytes: bytes };

const comparison = {
  tags: z.object({
    ...tally,
    different: z.int().describe("Name something else at the target."),
    added: z.int().describe("Only the target has them: they are none of the import's."),
  }),
  manifests: z.object(sized),
  referrers: z.object(tally).describe("Those of the manifests that refer to another."),
  blobs: z.object({ ...sized, mounted: z.int().describe("Of those sent: taken over from another repository of the target.") }),
  untagged: z.int().describe("Manifests of a folder or bucket that nothing leads to and that stayed behind: --untagged brings them."),
  gaps: z.int().describe("Manifests that indexes name and the source does not have."),
};

/** `opm import --json` */
export const importOutput = z.object({
  source: z.string(),
  target: z.string(),
  mode: z.enum(["import", "plan", "compare"]).describe("plan with --dry-run, compare with --check: both write nothing."),
  complete: z.boolean().describe("Everything was looked at, and nothing was found. With plan: what is missing can come."),
  stopped: z.string().nullable().describe("Why it ended early; the same command goes on from there."),
  total: z.object({ repositories: z.int(), ...comparison }),
  repositories: z.array(z.object({ name: z.string(), target: z.string().describe("Its name at the target."), ...comparison })),
  findings: z
    .array(
      z.object({
        repository: z.string().describe("As the source calls it."),
        reference: z.string().nullable().describe("A tag or digest; null for the whole repository."),
        state: z
          .enum(["broken", "refused", "different", "missing", "failed"])
          .describe("broken: not as the source says it is; refused: by the target; failed: a side did not answer, and the same command goes on from there."),
        reason: z.string(),
      }),
    )
    .describe("The first 10 000."),
  findingCount: z.int(),
});
export type ImportOutput = z.infer<typeof importOutput>;
