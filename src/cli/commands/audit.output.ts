import { z } from "zod";
import { auditList } from "../../api/administration.ts";

/** `opm audit --json` */
export const auditOutput = auditList.extend({ more: z.boolean().describe("--limit cut it. With --follow each entry is a document in a line of its own.") });
