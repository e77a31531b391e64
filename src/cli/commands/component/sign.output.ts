import { z } from "zod";
import { componentName, componentVersion, digestSpec, unreadResource } from "../../schemas/component.ts";

/** `opm component sign --json` */
export const componentSignOutput = z.object({
  ...componentVersion.shape,
  signature: z.string().describe("Its name."),
  digest: digestSpec.describe("What was signed."),
  dryRun: z.boolean(),
  components: z
    .array(
      z.object({
        component: componentName,
        version: z.string(),
        digest: digestSpec,
        state: z.enum(["signed", "kept", "digested", "unchanged"]).describe("kept: it had this signature already; digested: only missing digests were added."),
        added: z.int().describe("Digests that were missing."),
      }),
    )
    .describe("Children before parents: the component version itself is the last."),
  unread: z.array(unreadResource).describe("With --declared: resources whose digest was taken as it is declared."),
  warnings: z.array(z.string()).describe("What was not signed, and what keeps other tools from verifying the signature."),
});
export type ComponentSignOutput = z.infer<typeof componentSignOutput>;
