import { z } from "zod";
import { reference, transfer } from "../../schemas/common.ts";

const moduleVersion = z.object({ path: z.string().describe("With its major: example.com/blog@v1."), version: z.string() });

/** `opm mod vendor --json` */
export const vendorOutput = z.object({
  folder: z.string().describe("Where the modules are."),
  modules: z.array(moduleVersion).describe("All that the module requires, however deep, dependencies first."),
  added: z.array(moduleVersion).describe("With --check: what is missing."),
  removed: z.array(moduleVersion).describe("With --check: what is not needed."),
  damaged: z.int().describe("Files whose content was not what it is called."),
  transfer: transfer,
});
export type VendorOutput = z.infer<typeof vendorOutput>;

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

/** `opm mod bundle save --json` */
export const bundleOutput = z.object({ file: z.string(), modules: z.array(moduleVersion), transfer: transfer });
export type BundleOutput = z.infer<typeof bundleOutput>;

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
