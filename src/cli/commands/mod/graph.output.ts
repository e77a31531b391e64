import { z } from "zod";
import { moduleName } from "../../schemas/common.ts";

/** `opm mod graph --json` */
export const graphOutput = z.object({
  main: moduleName,
  nodes: z.array(
    z.object({
      module: moduleName,
      version: z.string(),
      selected: z.boolean().describe("Whether the module is built of this version."),
      direct: z.boolean().describe("Whether files of the module import it."),
      replacedBy: z.string().nullable().describe("What local-module.cue puts in its place."),
    }),
  ),
  edges: z.array(z.object({ from: z.int().describe("Index of a node; -1: the module itself."), to: z.int() })),
  cycles: z.array(z.array(moduleName)).describe("Modules that require each other."),
});
export type GraphOutput = z.infer<typeof graphOutput>;
