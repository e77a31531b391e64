import type { Operation } from "../../api/operation.ts";
import { OPERATIONS } from "../../api/operations.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { registryUrl } from "../authentication.ts";
import type { Services } from "../context.ts";
import { ACCOUNT_HANDLERS } from "./account-handlers.ts";
import { acceptable } from "./content-types.ts";
import type { Cursors } from "./cursor.ts";
import type { AnyHandler, Handlers } from "./handler.ts";
import { parseJsonBody } from "./json-body.ts";
import { parseQuery } from "./query.ts";
import { createReadHandlers } from "./read-handlers.ts";
import { buildReply, notModified } from "./reply.ts";
import { requestKey } from "./request-key.ts";
import { revisionTag } from "./revision-tag.ts";
import { WRITE_HANDLERS } from "./write-handlers.ts";

export interface ExtensionOptions {
  readonly catalog: Catalog;
  readonly cursors: Cursors;
  readonly publicUrl?: string | undefined;
}

/** Answers the requests of the package API: checks query, body and Accept by the table of operations, then calls the handler. */
export function createExtension({ catalog, cursors, publicUrl }: ExtensionOptions): Services["packageApi"] {
  const handlers: Handlers = { ...createReadHandlers(catalog), ...WRITE_HANDLERS, ...ACCOUNT_HANDLERS };
  return async (id, { request, principal, actor, query: parameters }, path) => {
    const operation: Operation = OPERATIONS[id];
    const mediaType = acceptable(operation, request.header("accept"));
    const query = parseQuery(operation.query, request.search, parameters);
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
