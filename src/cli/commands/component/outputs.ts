import type { JsonOutput } from "../../schemas/outputs.ts";
import { componentAddOutput } from "./add.output.ts";
import { componentDiffOutput } from "./diff.output.ts";
import { componentDownloadOutput, componentGetOutput, componentListOutput, componentResourcesOutput } from "./read.output.ts";
import { componentSignOutput } from "./sign.output.ts";
import { componentTransferOutput } from "./transfer.output.ts";
import { componentCheckOutput, componentHashOutput, componentVerifyOutput } from "./verify.output.ts";

/** Of the commands below `opm component`. */
export const COMPONENT_OUTPUTS: readonly JsonOutput[] = [
  { command: "component add", schema: componentAddOutput },
  { command: "component check", schema: componentCheckOutput },
  { command: "component diff", schema: componentDiffOutput },
  { command: "component download", schema: componentDownloadOutput },
  { command: "component get", schema: componentGetOutput },
  { command: "component hash", schema: componentHashOutput },
  { command: "component list", schema: componentListOutput },
  { command: "component resources", schema: componentResourcesOutput },
  { command: "component sign", schema: componentSignOutput },
  { command: "component transfer", schema: componentTransferOutput },
  { command: "component verify", schema: componentVerifyOutput },
];
