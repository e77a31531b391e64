import { z } from "zod";
import { moduleChangeOutput } from "./change.output.ts";

/** `opm mod init --json` */
export const moduleInitOutput = z.object({ ...moduleChangeOutput.shape, module: z.string().describe("With its major, where it was given.") });
export type ModuleInitOutput = z.infer<typeof moduleInitOutput>;
