import type { JsonOutput } from "../../schemas/outputs.ts";
import { buildOutput } from "./build.output.ts";
import { moduleChangeOutput, moduleInitOutput } from "./change.output.ts";
import { getOutput } from "./get.output.ts";
import { graphOutput, whyOutput } from "./graph.output.ts";
import { publishOutput } from "./publish.output.ts";
import { resolveOutput } from "./resolve.output.ts";
import { tidyOutput } from "./tidy.output.ts";
import { bundleLoadOutput, bundleOutput, mirrorOutput, vendorOutput } from "./transfer.output.ts";
import { updateOutput } from "./update.output.ts";
import { versionsOutput } from "./versions.output.ts";
import { vetOutput } from "./vet.output.ts";

/** What the commands on modules print. */
export const MODULE_OUTPUTS: readonly JsonOutput[] = [
  { command: "mod build", schema: buildOutput },
  { command: "mod bundle load", schema: bundleLoadOutput },
  { command: "mod bundle save", schema: bundleOutput },
  { command: "mod edit", schema: moduleChangeOutput },
  { command: "mod fix", schema: moduleChangeOutput },
  { command: "mod get", schema: getOutput },
  { command: "mod graph", schema: graphOutput },
  { command: "mod init", schema: moduleInitOutput },
  { command: "mod mirror", schema: mirrorOutput },
  { command: "mod publish", schema: publishOutput },
  { command: "mod resolve", schema: resolveOutput },
  { command: "mod tidy", schema: tidyOutput },
  { command: "mod update", schema: updateOutput },
  { command: "mod versions", schema: versionsOutput },
  { command: "mod vet", schema: vetOutput },
  { command: "mod vendor", schema: vendorOutput },
  { command: "mod why", schema: whyOutput },
];
