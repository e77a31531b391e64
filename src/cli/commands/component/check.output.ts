import { z } from "zod";
import { componentVersion, finding } from "../../schemas/component.ts";

/** `opm component check --json` */
export const componentCheckOutput = z.object({
  ...componentVersion.shape,
  complete: z.boolean(),
  components: z.int().describe("Component versions that are there, itself included."),
  contents: z.int().describe("Resources and sources whose content is there."),
  unchecked: z.array(z.object({ subject: z.string(), accessType: z.string() })).describe("Content that opm cannot look for."),
  findings: z.array(finding).describe("Everything that is not there."),
});
export type ComponentCheckOutput = z.infer<typeof componentCheckOutput>;
