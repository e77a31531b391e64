import type { Principal } from "../../access/principal.ts";
import type { Operation } from "../../api/operation.ts";
import { OPERATIONS, type OperationId } from "../../api/operations.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { Actor } from "../../storage/metadata/records.ts";
import { registryUrl } from "../authentication.ts";
import type { HttpReply, HttpRequest } from "../http.ts";
import { ACCOUNT_HANDLERS } from "./account-handlers.ts";
import { authorize } from "./authorize.ts";
import { acceptable } from "./content-types.ts";
import type { Cursors } from "./cursor.ts";
import type { AnyHandler, Handlers } from "./handler.ts";
import { parseJsonBody } from "./json-body.ts";
import { matchPath, type PathMatch } from "./match-path.ts";
import { parsePath } from "./path-values.ts";
import { parseQuery } from "./query.ts";
import { createReadHandlers } from "./read-handlers.ts";
import { buildReply, notModified } from "./reply.ts";
import { requestKey } from "./request-key.ts";
import { revisionTag } from "./revision-tag.ts";
import { WRITE_HANDLERS } from "./write-handlers.ts";

/** An operation that a request names, before anything else of it is looked at. */
export interface Target {
  readonly id: OperationId;
  readonly operation: Operation;
  readonly path: PathMatch["path"];
}

export interface ExtensionOptions {
  readonly catalog: Catalog;
  readonly cursors: Cursors;
  readonly publicUrl?: string | undefined;
}

export interface ExtensionRequest {
  readonly request: HttpRequest;
  readonly principal: Principal;
  readonly actor: Actor;
}

/**
 * The operation of a request.
 * @throws RegistryError `PATH_UNKNOWN`, `METHOD_NOT_ALLOWED`
 */
export function findTarget({ path, method }: Pick<HttpRequest, "path" | "method">): Target {
  const match = matchPath(path);
  if (match === undefined) throw new RegistryError("PATH_UNKNOWN", "there is no operation of the package API at this path");
  const id = match.methods.get(method);
  if (id !== undefined) return { id, operation: OPERATIONS[id], path: match.path };
  const allowed = [...match.methods.keys()].join(", ");
  throw new RegistryError("METHOD_NOT_ALLOWED", `${method.slice(0, 20)} is not a method of this operation; it has ${allowed}`, {
    headers: { Allow: allowed },
  });
}

/** Answers the requests of the package API: checks path, right, query, body and Accept by the table, then calls the handler. */
export function createExtension({ catalog, cursors, publicUrl }: ExtensionOptions) {
  const handlers: Handlers = { ...createReadHandlers(catalog), ...WRITE_HANDLERS, ...ACCOUNT_HANDLERS };
  return async ({ id, operation, path: texts }: Target, { request, principal, actor }: ExtensionRequest): Promise<HttpReply> => {
    const path = parsePath(texts);
    authorize(catalog.access, principal, operation, path.name);
    const mediaType = acceptable(operation, request.header("accept"));
    const query = parseQuery(operation.query, request.search);
    // Path, query and body are those of this very operation.
    const handler = handlers[id] as AnyHandler;
    const key = requestKey(id, path, query);
    const etag = await revisionTag(catalog, { id, key, mediaType, name: path.name });
    const unchanged = etag && notModified(request, mediaType, etag);
    if (unchanged) return unchanged;
    const after = typeof query.cursor === "string" ? cursors.open(key, query.cursor) : undefined;
    const body = operation.body === undefined ? undefined : await parseJsonBody(operation.body, request, operation.bodyLimit);
    const answer = await handler({ catalog, principal, actor, host: registryUrl(request, publicUrl).host }, { path, query, body, after });
    return buildReply(answer, { operation, request, query, mediaType, etag, seal: (next) => cursors.seal(key, next) });
  };
}

export type Extension = ReturnType<typeof createExtension>;
