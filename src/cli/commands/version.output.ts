import { z } from "zod";

/** `opm version --json` */
export const versionOutput = z.object({
  version: z.string(),
  commit: z.string().nullable(),
  bun: z.string(),
  platform: z.string().describe("os-architecture"),
});
