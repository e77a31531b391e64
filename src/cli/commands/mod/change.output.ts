import { z } from "zod";

/** `opm mod edit --json` and `opm mod fix --json` */
export const moduleChangeOutput = z.object({
  root: z.string().describe("The folder of the module."),
  changed: z.array(z.string()).describe("Files that were written or removed, relative to the root."),
});
export type ModuleChangeOutput = z.infer<typeof moduleChangeOutput>;

/** `opm mod init --json` */
export const moduleInitOutput = z.object({ ...moduleChangeOutput.shape, module: z.string().describe("With its major, where it was given.") });
export type ModuleInitOutput = z.infer<typeof moduleInitOutput>;
