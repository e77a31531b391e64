import type { JsonOutput } from "../outputs.ts";
import { componentAddOutput } from "./add.ts";
import { componentDownloadOutput, componentGetOutput, componentListOutput, componentResourcesOutput } from "./read.ts";
import { componentTransferOutput } from "./transfer.ts";

/** Of the commands below `opm component`. */
export const COMPONENT_OUTPUTS: readonly JsonOutput[] = [
  { command: "component add", schema: componentAddOutput },
  { command: "component download", schema: componentDownloadOutput },
  { command: "component get", schema: componentGetOutput },
  { command: "component list", schema: componentListOutput },
  { command: "component resources", schema: componentResourcesOutput },
  { command: "component transfer", schema: componentTransferOutput },
];
