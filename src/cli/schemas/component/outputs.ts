import type { JsonOutput } from "../outputs.ts";
import { componentTransferOutput } from "./transfer.ts";

/** Of the commands below `opm component`. */
export const COMPONENT_OUTPUTS: readonly JsonOutput[] = [{ command: "component transfer", schema: componentTransferOutput }];
