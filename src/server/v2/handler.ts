import type { Action } from "../../access/principal.ts";
import { RegistryError } from "../../oci/errors.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/name.ts";
import type { Call } from "../context.ts";
import type { HttpReply } from "../http.ts";
import { getBase } from "./base.ts";
import { getBlob, headBlob, removeBlob } from "./blobs.ts";
import { getCatalog } from "./catalog.ts";
import { getDiscover } from "./discover.ts";
import { getManifestEndpoint, headManifest, putManifestEndpoint, removeManifest } from "./manifests.ts";
import { getReferrers } from "./referrers.ts";
import type { Endpoint, Route } from "./route.ts";
import { getTags } from "./tags.ts";
import { deleteUpload, getUpload, patchUpload, postUpload, putUpload } from "./uploads.ts";

type Handle = (call: Call, name: RepositoryName, reference: string) => HttpReply | Promise<HttpReply>;

/** One method of an endpoint: what it needs the right to, and what it does. */
interface Operation {
  readonly action: Action | undefined;
  readonly handle: Handle;
}

type Methods = Readonly<Record<string, Operation>>;

function readOnly(handle: Handle, action?: Action): Methods {
  return { GET: { action, handle }, HEAD: { action, handle } };
}

/** Every endpoint of the specification and its methods. */
const ENDPOINTS: Readonly<Record<Endpoint, Methods>> = {
  base: readOnly(getBase),
  catalog: readOnly(getCatalog),
  discover: readOnly(getDiscover),
  "repository-discover": readOnly(getDiscover, "pull"),
  tags: readOnly(getTags, "pull"),
  referrers: readOnly(getReferrers, "pull"),
  blob: {
    GET: { action: "pull", handle: getBlob },
    HEAD: { action: "pull", handle: headBlob },
    DELETE: { action: "delete", handle: removeBlob },
  },
  manifest: {
    GET: { action: "pull", handle: getManifestEndpoint },
    HEAD: { action: "pull", handle: headManifest },
    PUT: { action: "push", handle: putManifestEndpoint },
    DELETE: { action: "delete", handle: removeManifest },
  },
  uploads: { POST: { action: "push", handle: postUpload } },
  upload: {
    GET: { action: "push", handle: getUpload },
    HEAD: { action: "push", handle: getUpload },
    PATCH: { action: "push", handle: patchUpload },
    PUT: { action: "push", handle: putUpload },
    DELETE: { action: "push", handle: deleteUpload },
  },
};

/** The operation that a method names at an endpoint, and the right it needs; undefined when the endpoint has no such method. */
export function findOperation(route: Route, method: string): Operation | undefined {
  return ENDPOINTS[route.endpoint][method];
}

/**
 * Checks the name and the caller's right, then runs the operation.
 * @throws RegistryError as the operation, and `NAME_INVALID`, `UNAUTHORIZED`, `DENIED`, `NAME_UNKNOWN`, `UNSUPPORTED` (405)
 */
export async function handleRoute(call: Call, route: Route): Promise<HttpReply> {
  const operation = findOperation(route, call.request.method);
  if (operation === undefined) throw methodNotAllowed(route, call.request.method);
  const { action, handle } = operation;
  if (route.endpoint === "base" || route.endpoint === "catalog" || route.endpoint === "discover") {
    return handle(call, "" as RepositoryName, "");
  }
  const name = parseRepositoryName(route.name);
  if (action !== undefined) call.services.access.authorize(call.principal, action, name);
  return handle(call, name, route.reference);
}

function methodNotAllowed(route: Route, method: string): RegistryError {
  const allowed = Object.keys(ENDPOINTS[route.endpoint]).join(", ");
  return new RegistryError("UNSUPPORTED", `${method.slice(0, 20)} is not a method of this endpoint; it has ${allowed}`, {
    status: 405,
    headers: { Allow: allowed },
  });
}
