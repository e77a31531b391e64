import { z } from "zod";
import { transfer } from "../../../schemas/common.ts";
import { moduleVersion } from "../../../schemas/module.ts";

/** `opm mod bundle save --json` */
export const bundleSaveOutput = z.object({ file: z.string(), modules: z.array(moduleVersion), transfer: transfer });
export type BundleSaveOutput = z.infer<typeof bundleSaveOutput>;
