import { z } from "zod";

/** `opm config show --json` */
export const configShowOutput = z.array(
  z.object({
    name: z.string(),
    value: z.unknown().describe("Sizes and durations as they are written, secrets redacted."),
    origin: z.string().describe("A flag, a variable, a line of the file, or default."),
    shadowedBy: z.string().optional().describe("The origin that goes first: this setting is without effect."),
  }),
);
