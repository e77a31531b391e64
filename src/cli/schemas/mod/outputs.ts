import type { JsonOutput } from "../outputs.ts";
import { buildOutput } from "./build.ts";
import { moduleChangeOutput, moduleInitOutput } from "./change.ts";
import { publishOutput } from "./publish.ts";
import { resolveOutput } from "./resolve.ts";
import { versionsOutput } from "./versions.ts";
import { vetOutput } from "./vet.ts";

/** What the commands on modules print. */
export const MODULE_OUTPUTS: readonly JsonOutput[] = [
  { command: "mod build", schema: buildOutput },
  { command: "mod edit", schema: moduleChangeOutput },
  { command: "mod fix", schema: moduleChangeOutput },
  { command: "mod init", schema: moduleInitOutput },
  { command: "mod publish", schema: publishOutput },
  { command: "mod resolve", schema: resolveOutput },
  { command: "mod versions", schema: versionsOutput },
  { command: "mod vet", schema: vetOutput },
];
