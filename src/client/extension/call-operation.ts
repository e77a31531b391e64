import type { z } from "zod";
import type { Operation } from "../../api/operation.ts";
import { OPERATIONS, type OperationId } from "../../api/operations.ts";
import type { Checked } from "../../oci/shape.ts";
import type { Connection } from "../remote/connection.ts";
import { requestJson } from "../remote/json.ts";
import type { AccessScope } from "../transport/request.ts";
import { type AnyOperationRequest, type OperationRequest, operationPath, operationQuery, type ReplyOf } from "./operation-request.ts";
import { warningTexts } from "./warnings.ts";

export interface OperationReply<T> {
  /** As the schema of the operation has it; fields that it does not know are left out. */
  readonly value: T;
  /** Where the next page begins: the `cursor` of the next request. Undefined: this was the last one. */
  readonly next: string | undefined;
  /** What the registry warns of, one line each. */
  readonly warnings: readonly string[];
}

/**
 * One request of the package API.
 * @throws ClientError as the registry refuses; `network` when the answer is not what the operation's schema says
 */
export async function callOperation<Id extends OperationId>(
  connection: Connection,
  id: Id,
  request: OperationRequest<Id>,
): Promise<OperationReply<ReplyOf<Id>>> {
  const operation: Operation = OPERATIONS[id];
  const parts: AnyOperationRequest = request;
  const reply = await requestJson(connection, {
    method: operation.method,
    path: operationPath(operation, parts),
    read: (value) => read(operation.reply as z.ZodType<ReplyOf<Id>>, value),
    query: operationQuery(parts.query),
    what: parts.what,
    packageApi: true,
    scopes: scopesOf(operation, parts.name),
    ...(parts.body !== undefined && { body: parts.body }),
    ...(parts.signal && { signal: parts.signal }),
  });
  return { value: reply.value, next: reply.next?.searchParams.get("cursor") ?? undefined, warnings: warningTexts(reply.headers.get("Warning")) };
}

function read<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
  const { data, error } = schema.safeParse(value);
  const issue = error?.issues[0];
  return error === undefined ? { value: data } : { problem: { path: issue?.path ?? [], message: issue?.message ?? "invalid" } };
}

/** The pages of a list, from the first or from `query.cursor` on. Leaving the loop early asks for no more. */
export async function* callPages<Id extends OperationId>(
  connection: Connection,
  id: Id,
  request: OperationRequest<Id>,
): AsyncGenerator<OperationReply<ReplyOf<Id>>> {
  let cursor: string | undefined;
  do {
    const page: OperationReply<ReplyOf<Id>> = await callOperation(connection, id, withCursor(request, cursor));
    yield page;
    cursor = page.next;
  } while (cursor !== undefined);
}

function withCursor<Request extends { readonly query?: Readonly<Record<string, unknown>> }>(request: Request, cursor: string | undefined): Request {
  return cursor === undefined ? request : { ...request, query: { ...request.query, cursor } };
}

/** Many answers name other repositories that the user may see, hence the scope of the catalog always. */
function scopesOf({ action, group }: Operation, repository: string | undefined): AccessScope[] {
  const across: AccessScope[] = [{ registry: "catalog" }];
  if (group === "administration") across.push({ registry: "administration" });
  if (group === "account") across.push({ registry: "account" });
  if (repository === undefined || group === "administration") return across;
  return [...across, { repository, actions: action === undefined || action === "pull" ? ["pull"] : ["pull", action] }];
}
