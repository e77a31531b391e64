import { z } from "zod";
import { digest, transfer } from "../../schemas/common.ts";

/** `opm component transfer --json` */
export const componentTransferOutput = z.object({
  target: z.string().describe("The repository, as it was named."),
  dryRun: z.boolean().describe("Nothing was sent: states say what would be done."),
  components: z
    .array(
      z.object({
        component: z.string(),
        version: z.string(),
        state: z
          .enum(["present", "copied", "updated", "replaced"])
          .describe("present: it was there; updated: labels, signatures or accesses changed; replaced: it had other content."),
        digest: digest.nullable().describe("Of the manifest at the target; null where a dry run would write it."),
        images: z.array(z.string()).describe("With --upload-as oci-artifact: images that are repositories of their own at the target."),
      }),
    )
    .describe("Those that others refer to come first."),
  transfer: transfer,
});
export type ComponentTransferOutput = z.infer<typeof componentTransferOutput>;
