import { z } from "zod";
import { OPERATIONS } from "../../api/operations.ts";

/** `opm prune --json` */
export const pruneOutput = z.object({ registry: z.string(), repositories: z.array(OPERATIONS.pruneTags.reply) });
