import { z } from "zod";
import { descriptor, reference, transfer } from "../../schemas/common.ts";

/** `opm mod publish --json` */
export const publishOutput = z.object({
  state: z
    .enum(["published", "identical", "planned", "written"])
    .describe("identical: the same content was there, nothing was sent; planned: --dry-run; written: --out."),
  module: z.string().describe("With its major: example.com/blog@v1."),
  version: z.string(),
  reference: reference.describe("Where the version is, or would be."),
  ...descriptor.shape,
  registry: z.string().describe("The value of CUE_REGISTRY that makes other tools find it."),
  rule: z.string().describe("What leads there: as CUE_REGISTRY says for all modules."),
  entry: z.string().nullable().describe("What ~/.opm/config.yaml lacks to find it; null where nothing is missing."),
  layout: z.string().nullable().describe("The folder that --out names."),
  files: z.array(z.object({ path: z.string(), size: z.int().describe("bytes, unpacked") })),
  notes: z.array(z.string()).describe("What was left out or came along without being asked for, and warnings."),
  transfer: transfer,
});
export type PublishOutput = z.infer<typeof publishOutput>;
