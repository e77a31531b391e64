import { z } from "zod";
import { moduleName } from "../../schemas/common.ts";
import { finding } from "./build.output.ts";

/** `opm mod why --json` */
export const whyOutput = z.object({
  modules: z.array(
    z.object({
      module: moduleName,
      version: z.string(),
      direct: z.boolean().describe("Whether files of the module import it."),
      replacedBy: z.string().nullable(),
      requiredBy: z.array(
        z.object({
          module: moduleName,
          version: z.string().nullable().describe("null: the module itself."),
          requires: z.string().describe("The version that it requires."),
        }),
      ),
      chains: z
        .array(
          z.object({
            import: z.string(),
            position: finding.shape.positions.element,
            modules: z.array(moduleName).describe("From the module that is imported to this one."),
          }),
        )
        .describe("Imports that need it; none where it is unused."),
    }),
  ),
});
export type WhyOutput = z.infer<typeof whyOutput>;
