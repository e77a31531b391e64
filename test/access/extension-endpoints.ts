import { OPERATIONS, type OperationId } from "../../src/api/operations.ts";
import type { Answer } from "../support/answer.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import type { Furnished, Operation } from "./endpoints.ts";

interface Request {
  readonly query?: string;
  readonly body?: unknown;
}

/** A request that succeeds on a furnished repository, for every operation of the package API under a repository. */
const REQUESTS: Partial<Record<OperationId, (on: Furnished) => Request>> = {
  getPackage: () => ({}),
  getManifestInfo: () => ({ query: "?reference=v1" }),
  listTags: () => ({}),
  listVersions: () => ({}),
  resolveVersion: () => ({ query: "?tag=v1" }),
  getHistory: () => ({}),
  getGraph: () => ({ query: "?reference=v1" }),
  getDependencies: () => ({ query: "?reference=v1" }),
  getDependents: () => ({}),
  planPull: () => ({ body: { want: "v1" } }),
  restoreTag: ({ image }) => ({ body: { tag: "v1", digest: image.digest } }),
  checkPush: ({ image }) => ({
    body: { tags: ["v1"], mediaType: "application/vnd.oci.image.manifest.v1+json", manifest: new TextDecoder().decode(image.bytes) },
  }),
  putTag: () => ({ body: { tag: "v4", to: "v1" } }),
  pruneTags: () => ({ body: { keepLast: 100 } }),
};

/** As the table of operations has them, so that none is forgotten. */
export const EXTENSION_OPERATIONS: readonly Operation[] = (Object.keys(OPERATIONS) as OperationId[]).flatMap((id) => {
  const { method, path, ...operation } = OPERATIONS[id];
  if (!path.startsWith("/v2/{name}/") || !("action" in operation)) return [];
  const request = REQUESTS[id];
  if (request === undefined) throw new Error(`there is no request for the operation ${id}: add one, so that its access control is tested`);
  const send = (client: RegistryClient, on: Furnished): Promise<Answer> => {
    const { query = "", body } = request(on);
    const options = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    return client.request(method, path.replace("{name}", on.repository) + query, options);
  };
  return [{ name: id, action: operation.action, tells: operation.action !== "pull", status: 200, send }];
});
