import type { Operation } from "../../api/operation.ts";
import { OPERATIONS, type OperationId } from "../../api/operations.ts";
import type { Right, Route } from "../route.ts";

/** The lines of the package API and the administration, named by the ids of the operations. */
export const OPERATION_ROUTES: readonly Route[] = (Object.keys(OPERATIONS) as OperationId[]).map((id) => lineOf(id, OPERATIONS[id]));

function lineOf(id: OperationId, { method, path, ...operation }: Operation): Route {
  const methods = method === "GET" ? (["GET", "HEAD"] as const) : [method];
  return { name: id, methods, path, right: rightOf(path, operation), handle: (call, values) => call.services.packageApi(id, call, values) };
}

/**
 * The right that the operation names, and the right to pull, as every answer tells of what is there; lists across repositories need the right
 * to list at all. What is left open, administration of a part, is for the handler to check.
 */
function rightOf(path: string, { action, administration, account }: Pick<Operation, "action" | "administration" | "account">): Right {
  if (administration) return "administration";
  if (account !== undefined) return account === "change" ? "account-change" : "account";
  if (action !== undefined) return action === "pull" ? [action] : [action, "pull"];
  return path.startsWith("/v2/") ? "catalog" : "anyone";
}
