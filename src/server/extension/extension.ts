import type { Operation } from "../../api/operation.ts";
import { OPERATIONS, type OperationId } from "../../api/operations.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { registryUrl } from "../authentication.ts";
import type { Services } from "../context.ts";
import { etagOf } from "../etag.ts";
import type { PathValues } from "../path-values.ts";
import { acceptable } from "./accept.ts";
import { ACCOUNT_HANDLERS } from "./account-handlers.ts";
import type { Cursors } from "./cursor.ts";
import type { AnyHandler, Handlers } from "./handler.ts";
import { parseJsonBody, parseQuery } from "./parse-input.ts";
import { createReadHandlers } from "./read-handlers.ts";
import { buildReply, notModified } from "./reply.ts";
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

/** Parameters that say which part of a list is wanted, not of which list. */
const PAGING: ReadonlySet<string> = new Set(["n", "cursor"]);

/** A text that is the same for all pages of a list and differs from that of every other list. */
function requestKey(id: OperationId, path: Partial<PathValues>, query: Readonly<Record<string, unknown>>): string {
  const filters = Object.entries(query).filter(([name, value]) => value !== undefined && !PAGING.has(name));
  return JSON.stringify([id, path.name, path.namespace, path.project, path.user, path.token, filters.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/**
 * Operations whose answers follow from the tags and manifests of one repository alone: one number tells whether they
 * are still the same. What counts pulls, depends on other repositories or on the caller has its tag from the answer itself.
 */
const BY_REVISION: ReadonlySet<OperationId> = new Set(["resolveVersion"]);

/**
 * The entity tag of an answer, known before there is one; undefined where that cannot be.
 * @param answer `key` stands for the request
 */
async function revisionTag(
  { metadata }: Catalog<"repositories">,
  answer: { readonly id: OperationId; readonly key: string; readonly mediaType: string; readonly name: RepositoryName | undefined },
): Promise<string | undefined> {
  if (answer.name === undefined || !BY_REVISION.has(answer.id)) return undefined;
  const repository = await metadata.repositories.find(answer.name);
  if (repository === undefined) return undefined;
  // A repository that was removed and made again begins to count anew.
  const state = [answer.key, answer.mediaType, repository.createdAt, repository.revision];
  return etagOf(new Bun.CryptoHasher("sha256").update(JSON.stringify(state)).digest("base64url"));
}
