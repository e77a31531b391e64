import { z } from "zod";
import { moduleVersion, transfer } from "../../schemas/common.ts";

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
