import type { OperationId } from "../../api/operations.ts";
import type { SchemaLoader } from "../commands.ts";

/** For a command that prints what the package API answers: the schema of that, loaded when it is asked for. */
export function replyOf(operation: OperationId): SchemaLoader {
  return async () => (await import("../../api/operations.ts")).OPERATIONS[operation].reply;
}

/** Operations whose pages a command puts together. */
type PagedOperation = "getContentUses" | "getDependents" | "getHistory" | "listAudit" | "listNamespaces" | "listProjects";

/** The same for one that prints all pages as one, up to `--limit`. @param more what it means that there is more */
export function pagesOf(operation: PagedOperation, more = "There is more than --limit let in."): SchemaLoader {
  return async () => {
    const [{ OPERATIONS }, { z }] = await Promise.all([import("../../api/operations.ts"), import("zod")]);
    return OPERATIONS[operation].reply.extend({ more: z.boolean().describe(more) });
  };
}
