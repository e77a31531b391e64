import { z } from "zod";
import { OPERATIONS } from "../../api/operations.ts";

/** Operations whose pages a command puts together. */
export type PagedOperation = "getContentUses" | "getDependents" | "getHistory" | "listNamespaces" | "listProjects";

/** What a command prints of all pages of an operation. */
export function pagesSchema(operation: PagedOperation): z.ZodType {
  return OPERATIONS[operation].reply.extend({ more: z.boolean().describe("There is more than --limit let in.") });
}
