import { z } from "zod";

/** `opm mod resolve --json` */
export const resolveOutput = z.object({
  modules: z.array(
    z.object({
      module: z.string().describe("As asked for."),
      version: z.string().nullable(),
      reference: z.string().describe("host[:port]/name, with :tag where there is a version."),
      insecure: z.boolean().describe("Spoken to without TLS."),
      origin: z.string().describe("What says so: a flag, a variable, a line of a file, or default."),
    }),
  ),
});
export type ResolveOutput = z.infer<typeof resolveOutput>;
