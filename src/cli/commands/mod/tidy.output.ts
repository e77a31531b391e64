import { z } from "zod";
import { dependencyOutput } from "./get.output.ts";

/** `opm mod tidy --json`; of a module that is not tidy, `opm mod tidy --check --json` has `error` in place of these. */
export const tidyOutput = z.object({
  ...dependencyOutput.omit({ problems: true }).shape,
  removed: z.array(z.object({ module: z.string(), version: z.string() })).describe("What left the cache, as no known project needs it."),
  bytes: z.int().describe("What that freed."),
  warnings: z.array(z.string()).describe("What could not leave the cache, and why."),
});
export type TidyOutput = z.infer<typeof tidyOutput>;
