import { z } from "zod";
import { descriptor, transfer } from "../schemas/common.ts";

/** `opm copy --json` */
export const copyOutput = z.object({
  ...descriptor.shape,
  target: z.string().describe("Where the copy is, as a command takes it."),
  tags: z.array(z.string()),
  transfer: transfer,
});
export type CopyOutput = z.infer<typeof copyOutput>;
