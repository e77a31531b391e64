import { z } from "zod";
import { moduleVersion, reference, transfer } from "../../../schemas/common.ts";

/** `opm mod bundle save --json` */
export const bundleSaveOutput = z.object({ file: z.string(), modules: z.array(moduleVersion), transfer: transfer });
export type BundleSaveOutput = z.infer<typeof bundleSaveOutput>;

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
