import { z } from "zod";
import { digest, transfer } from "../../schemas/common.ts";
import { componentVersion, layout } from "../../schemas/component.ts";

/** `opm component add --json` */
export const componentAddOutput = z.object({
  dryRun: z.boolean(),
  components: z.array(
    z.object({
      ...componentVersion.shape,
      state: z.enum(["added", "replaced", "equal"]).describe("equal: it was there, nothing was written. With --dry-run: what would be done."),
      digest: digest.nullable().describe("Of the manifest or index; null where nothing was stored."),
      layout: layout.nullable(),
      resources: z.int(),
      sources: z.int(),
      references: z.int(),
    }),
  ),
  transfer: transfer,
});
export type ComponentAddOutput = z.infer<typeof componentAddOutput>;
