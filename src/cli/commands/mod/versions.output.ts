import { z } from "zod";
import { repository } from "../../schemas/common.ts";

/** `opm mod versions --json` */
export const versionsOutput = z.object({
  module: z.string().describe("As asked for, without the registry."),
  repository: repository.describe("Where the versions are: host[:port]/name."),
  origin: z.string().describe("What says so: a flag, a variable, a line of a file, default, or the reference."),
  versions: z.array(z.string()).describe("The newest first."),
  hidden: z.int().describe("Pre-releases that were left out."),
  entry: z.string().nullable().describe("What ~/.opm/config.yaml lacks to find the module there; null where nothing is missing."),
});
export type VersionsOutput = z.infer<typeof versionsOutput>;
