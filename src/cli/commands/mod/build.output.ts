import { z } from "zod";

export const finding = z.object({
  message: z.string(),
  path: z.string().optional().describe("In the module: #resources.web.spec."),
  check: z.string().optional(),
  positions: z.array(
    z.object({
      file: z.string().describe("From the root of the module, or absolute."),
      line: z.int().describe("From 1; 0 where not known."),
      column: z.int().describe("From 1; 0 where not known."),
    }),
  ),
});

export const policyResult = z.object({
  name: z.string(),
  mode: z.enum(["block", "warn", "audit"]),
  origin: z.string().describe("The module that declares it, with its version if it is a dependency."),
  position: finding.shape.positions.element,
  objects: z.array(z.string()).describe("What it is about: Kind/name."),
  violations: z.array(finding),
});

/** `opm mod build --json` */
export const buildOutput = z.object({
  mode: z.enum(["transform", "objects", "raw"]),
  text: z.string().nullable().describe("The YAML, or the JSON with -o json; null with --split."),
  objects: z.array(
    z.object({
      kind: z.string().nullable(),
      name: z.string().nullable(),
      namespace: z.string().nullable(),
      bytes: z.int(),
      file: z.string().nullable().describe("With --split."),
    }),
  ),
  policies: z.array(policyResult),
  warnings: z.array(z.string()),
});
export type BuildOutput = z.infer<typeof buildOutput>;
