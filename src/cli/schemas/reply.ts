import type { OperationId } from "../../api/operations.ts";
import type { SchemaLoader } from "../commands.ts";
import type { PagedOperation } from "./pages.ts";

/** For a command that prints what the package API answers: the schema of that, loaded when it is asked for. */
export function replyOf(operation: OperationId): SchemaLoader {
  return async () => (await import("../../api/operations.ts")).OPERATIONS[operation].reply;
}

/** The same for one that prints all pages as one, up to `--limit`. @param more what it means that there is more */
export function pagesOf(operation: PagedOperation, more = "There is more than --limit let in."): SchemaLoader {
  return async () => (await import("./pages.ts")).pagesSchema(operation, more);
}
