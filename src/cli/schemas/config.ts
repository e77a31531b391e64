import { z } from "zod";
import type { JsonOutput } from "./outputs.ts";

const settingOutput = z.object({
  name: z.string(),
  value: z.unknown().describe("Sizes and durations as they are written, secrets redacted."),
  origin: z.string().describe("A flag, a variable, a line of the file, or default."),
  shadowedBy: z.string().optional().describe("The origin that goes first: this setting is without effect."),
});

const routeOutput = z.object({
  prefix: z.string().describe("Of module paths; empty for all others."),
  host: z.string().describe("host[:port], or none."),
  repository: z.string().describe("The folder that modules are in, may be empty."),
  insecure: z.boolean(),
  pathEncoding: z.enum(["path", "hashAsRepo", "hashAsTag"]).optional(),
  prefixForTags: z.string().optional(),
  stripPrefix: z.boolean().optional(),
  origin: z.string(),
});

const registryOutput = z.object({
  registry: z.string().describe("The value of CUE_REGISTRY."),
  routes: z.array(routeOutput).describe("The longest prefix first."),
});

/** What the commands of the configuration print. */
export const CONFIG_OUTPUTS: readonly JsonOutput[] = [
  { command: "config show", schema: z.array(settingOutput) },
  { command: "config registry", schema: registryOutput },
];
