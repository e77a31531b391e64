import { z } from "zod";
import { componentVersion } from "../../schemas/component.ts";

const side = componentVersion.extend({
  digest: z.string().describe("Of what it consists of: jsonNormalisation/v3, SHA-256, hex."),
});

/** `opm component diff --json` */
export const componentDiffOutput = z.object({
  equal: z.boolean().describe("True where both digests are the same: they consist of the same, wherever it is."),
  before: side,
  after: side,
  changes: z.array(
    z.object({
      kind: z.enum(["component", "resource", "source", "reference", "signature"]),
      name: z.string().describe("Of the element, with its extra identity; empty for the component itself."),
      change: z.enum(["added", "removed", "changed"]),
      fields: z.array(
        z.object({
          field: z.string(),
          before: z.unknown().optional(),
          after: z.unknown().optional(),
          signed: z.boolean().describe("True where it is part of the digest."),
        }),
      ),
    }),
  ),
});
export type ComponentDiffOutput = z.infer<typeof componentDiffOutput>;
