import { z } from "zod";
import { componentVersion, digestSpec } from "../../schemas/component.ts";

/** `opm component hash --json` */
export const componentHashOutput = z.object({
  ...componentVersion.shape,
  digest: digestSpec,
  complete: z.boolean().describe("False where elements have no digest yet: signing adds them, and the digest will be another one."),
  normalised: z.string().optional().describe("The text that is hashed, with -o norm."),
});
export type ComponentHashOutput = z.infer<typeof componentHashOutput>;
