import { z } from "zod";
import { dependencyOutput } from "./get.output.ts";

const moduleVersion = z.object({ module: z.string().describe("With its major."), version: z.string() });

/** `opm mod update --json` */
export const updateOutput = z.object({
  ...dependencyOutput.shape,
  dependencies: z.array(
    z.object({
      module: z.string().describe("With its major."),
      current: z.string(),
      patch: z.string().nullable().describe("The newest of the same minor version; null where there is none."),
      minor: z.string().nullable().describe("The newest of the same major, of another minor version."),
      major: moduleVersion.nullable().describe("The newest of the highest other major."),
      target: moduleVersion.nullable().describe("What the update goes to; null where nothing is newer that is of use."),
      reason: z.string().nullable().describe("Why a newer major is of no use."),
    }),
  ),
  failures: z.array(z.string()).describe("Why it could not be told of others."),
});
export type UpdateOutput = z.infer<typeof updateOutput>;
