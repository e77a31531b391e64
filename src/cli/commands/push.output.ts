import { z } from "zod";
import { descriptor, digest, reference, transfer } from "../schemas/common.ts";

/** `opm push --json` and `opm attach --json` */
export const pushOutput = z.object({
  ...descriptor.shape,
  reference: reference.describe("What was pushed, as a command takes it; with a platform the index around it."),
  artifactType: z.string(),
  tags: z.array(z.string()),
  index: descriptor.nullable().describe("With a platform: the index that the tags name."),
  subject: digest.nullable().describe("What it refers to."),
  files: z.array(z.object({ path: z.string(), ...descriptor.shape })),
  transfer: transfer,
});
export type PushOutput = z.infer<typeof pushOutput>;
