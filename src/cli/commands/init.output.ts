import { z } from "zod";

/** `opm init --json` */
export const initOutput = z.object({
  folder: z.string(),
  template: z.string(),
  files: z.array(z.string()).describe("What was written, below the folder."),
  next: z.array(z.string()).describe("What to do then, a line each."),
});
export type InitOutput = z.infer<typeof initOutput>;
