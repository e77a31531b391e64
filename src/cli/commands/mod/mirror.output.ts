import { z } from "zod";
import { moduleVersion, reference, transfer } from "../../schemas/common.ts";

/** `opm mod mirror --json` and `opm mod bundle load --to --json` */
export const mirrorOutput = z.object({
  modules: z.array(
    z.object({
      ...moduleVersion.shape,
      state: z.enum(["copied", "present", "planned"]).describe("present: the same content was there; planned: --dry-run."),
      reference: reference,
    }),
  ),
  transfer: transfer,
});
export type MirrorOutput = z.infer<typeof mirrorOutput>;
