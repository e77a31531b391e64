import { z } from "zod";
import { OPERATIONS } from "../../api/operations.ts";

/** Operations whose pages a command puts together. */
export type PagedOperation = "getContentUses" | "getDependents" | "getHistory" | "listAudit" | "listNamespaces" | "listProjects";

/** What a command prints of all pages of an operation. @param more what it means that there is more */
export function pagesSchema(operation: PagedOperation, more: string): z.ZodType {
  return OPERATIONS[operation].reply.extend({ more: z.boolean().describe(more) });
}
