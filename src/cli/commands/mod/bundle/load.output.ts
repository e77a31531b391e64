import { z } from "zod";
import { reference } from "../../../schemas/common.ts";
import { moduleVersion } from "../../../schemas/module.ts";

/** `opm mod bundle load --json` */
export const bundleLoadOutput = z.object({
  cache: z.string().nullable().describe("The folder that they are in; null where they went to a registry."),
  modules: z.array(
    z.object({
      ...moduleVersion.shape,
      state: z
        .enum(["copied", "present", "planned", "cached", "fetched", "repaired", "damaged", "missing"])
        .describe("cached: it was there; fetched and repaired: it is now."),
      reference: reference.nullable(),
    }),
  ),
});
export type BundleLoadOutput = z.infer<typeof bundleLoadOutput>;
