import { z } from "zod";
import { finding } from "./build.output.ts";

const module = z.string().describe("With its major: example.com/blog@v1.");

/** `opm mod graph --json` */
export const graphOutput = z.object({
  main: module,
  nodes: z.array(
    z.object({
      module: module,
      version: z.string(),
      selected: z.boolean().describe("Whether the module is built of this version."),
      direct: z.boolean().describe("Whether files of the module import it."),
      replacedBy: z.string().nullable().describe("What local-module.cue puts in its place."),
    }),
  ),
  edges: z.array(z.object({ from: z.int().describe("Index of a node; -1: the module itself."), to: z.int() })),
  cycles: z.array(z.array(module)).describe("Modules that require each other."),
});
export type GraphOutput = z.infer<typeof graphOutput>;

/** `opm mod why --json` */
export const whyOutput = z.object({
  modules: z.array(
    z.object({
      module: module,
      version: z.string(),
      direct: z.boolean().describe("Whether files of the module import it."),
      replacedBy: z.string().nullable(),
      requiredBy: z.array(
        z.object({
          module: module,
          version: z.string().nullable().describe("null: the module itself."),
          requires: z.string().describe("The version that it requires."),
        }),
      ),
      chains: z
        .array(
          z.object({
            import: z.string(),
            position: finding.shape.positions.element,
            modules: z.array(module).describe("From the module that is imported to this one."),
          }),
        )
        .describe("Imports that need it; none where it is unused."),
    }),
  ),
});
export type WhyOutput = z.infer<typeof whyOutput>;
