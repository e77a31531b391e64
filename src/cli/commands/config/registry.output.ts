import { z } from "zod";

const route = z.object({
  prefix: z.string().describe("Of module paths; empty for all others."),
  host: z.string().describe("host[:port], or none."),
  repository: z.string().describe("The folder that modules are in, may be empty."),
  insecure: z.boolean(),
  pathEncoding: z.enum(["path", "hashAsRepo", "hashAsTag"]).optional(),
  prefixForTags: z.string().optional(),
  stripPrefix: z.boolean().optional(),
  origin: z.string(),
});

/** `opm config registry --json` */
export const configRegistryOutput = z.object({
  registry: z.string().describe("The value of CUE_REGISTRY."),
  routes: z.array(route).describe("The longest prefix first."),
});
