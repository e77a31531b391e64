import type { JsonOutput } from "../outputs.ts";
import { publishOutput } from "./publish.ts";
import { resolveOutput } from "./resolve.ts";
import { versionsOutput } from "./versions.ts";

/** What the commands on modules print. */
export const MODULE_OUTPUTS: readonly JsonOutput[] = [
  { command: "mod publish", schema: publishOutput },
  { command: "mod resolve", schema: resolveOutput },
  { command: "mod versions", schema: versionsOutput },
];
