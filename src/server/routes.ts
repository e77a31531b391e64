import { TOKEN_PATH } from "./authentication.ts";
import { getOpenApi, OPENAPI_PATH } from "./extension/openapi.ts";
import { OPERATION_ROUTES } from "./extension/operation-routes.ts";
import { jsonReply } from "./http.ts";
import { compileRoutes, type Match } from "./match-route.ts";
import { getHealth, getMetrics, getReadiness } from "./operations/monitoring.ts";
import { getToken, postToken } from "./operations/token.ts";
import { type Right, type Route, route } from "./route.ts";
import type { Surface } from "./surface.ts";
import { getBlob, headBlob, removeBlob } from "./v2/blobs.ts";
import { getCatalog } from "./v2/catalog.ts";
import { getDiscover } from "./v2/discover.ts";
import { getManifestEndpoint, headManifest, putManifestEndpoint, removeManifest } from "./v2/manifests.ts";
import { getReferrers } from "./v2/referrers.ts";
import { getTags } from "./v2/tags.ts";
import { deleteUpload, getUpload, patchUpload, postUpload, putUpload } from "./v2/uploads.ts";

const PULL: Right = ["pull"];
const PUSH: Right = ["push"];
const DELETE: Right = ["delete"];

/** Every path that this server answers, and with which methods. Which surface a path is of, and what that takes, is in `surface.ts`. */
export const ROUTES: readonly Route[] = [
  // distribution-spec, "Endpoints", and extensions/_oci.md. Callers without credentials learn from the first how to log in.
  route("/v2/", { name: "base", methods: ["GET", "HEAD"], right: "login", handle: () => jsonReply({}) }),
  route("/v2", { name: "base", methods: ["GET", "HEAD"], right: "login", handle: () => jsonReply({}) }),
  route("/v2/_catalog", { name: "catalog", methods: ["GET", "HEAD"], right: "catalog", handle: getCatalog }),
  route("/v2/_oci/ext/discover", { name: "discover", methods: ["GET", "HEAD"], right: "anyone", handle: getDiscover }),
  route("/v2/{name}/_oci/ext/discover", { name: "repository-discover", methods: ["GET", "HEAD"], right: PULL, handle: getDiscover }),
  route("/v2/{name}/tags/list", { name: "tags", methods: ["GET", "HEAD"], right: PULL, rights: "told", handle: getTags }),
  route("/v2/{name}/referrers/{reference}", { name: "referrers", methods: ["GET", "HEAD"], right: PULL, rights: "told", handle: getReferrers }),
  route("/v2/{name}/blobs/{reference}", { name: "blob", methods: ["GET"], right: PULL, rights: "told", handle: getBlob }),
  route("/v2/{name}/blobs/{reference}", { name: "blob", methods: ["HEAD"], right: PULL, rights: "told", handle: headBlob }),
  route("/v2/{name}/blobs/{reference}", { name: "blob", methods: ["DELETE"], right: DELETE, handle: removeBlob }),
  route("/v2/{name}/manifests/{reference}", { name: "manifest", methods: ["GET"], right: PULL, rights: "told", handle: getManifestEndpoint }),
  route("/v2/{name}/manifests/{reference}", { name: "manifest", methods: ["HEAD"], right: PULL, rights: "told", handle: headManifest }),
  route("/v2/{name}/manifests/{reference}", { name: "manifest", methods: ["PUT"], right: PUSH, handle: putManifestEndpoint }),
  route("/v2/{name}/manifests/{reference}", { name: "manifest", methods: ["DELETE"], right: DELETE, handle: removeManifest }),
  route("/v2/{name}/blobs/uploads/", { name: "uploads", methods: ["POST"], right: PUSH, rights: "beside", handle: postUpload }),
  route("/v2/{name}/blobs/uploads", { name: "uploads", methods: ["POST"], right: PUSH, rights: "beside", handle: postUpload }),
  route("/v2/{name}/blobs/uploads/{reference}", { name: "upload", methods: ["GET", "HEAD"], right: PUSH, handle: getUpload }),
  route("/v2/{name}/blobs/uploads/{reference}", { name: "upload", methods: ["PATCH"], right: PUSH, rights: "beside", handle: patchUpload }),
  route("/v2/{name}/blobs/uploads/{reference}", { name: "upload", methods: ["PUT"], right: PUSH, rights: "beside", handle: putUpload }),
  route("/v2/{name}/blobs/uploads/{reference}", { name: "upload", methods: ["DELETE"], right: PUSH, handle: deleteUpload }),

  // The package API and the administration
  ...OPERATION_ROUTES,
  route(OPENAPI_PATH, { name: "openapi", methods: ["GET", "HEAD"], right: "public", handle: getOpenApi }),

  // What the server itself needs. Whoever asks for a token sends what it has to the handler.
  route(TOKEN_PATH, { name: "token", methods: ["GET"], right: "public", rights: "looked", handle: getToken }),
  route(TOKEN_PATH, { name: "token", methods: ["POST"], right: "public", rights: "looked", handle: postToken }),
  route("/healthz", { name: "health", methods: ["GET", "HEAD"], right: "public", handle: getHealth }),
  route("/readyz", { name: "readiness", methods: ["GET", "HEAD"], right: "public", handle: getReadiness }),
  route("/metrics", { name: "metrics", methods: ["GET", "HEAD"], right: "administration", handle: getMetrics }),
];

const find = compileRoutes(ROUTES);

/** Finds what answers at a path; undefined when there is nothing, or the path is not validly encoded. */
export function matchRoute(path: string, surface: Surface): Match | undefined {
  const match = find(path, surface);
  return match === undefined && surface === "operations" ? find(normalPath(path), surface) : match;
}

/** A path that is the same by RFC 3986, section 6.2.2, as probes and proxies may write it. */
function normalPath(path: string): string {
  try {
    return decodeURI(new URL(`http://localhost${path}`).pathname);
  } catch {
    return path;
  }
}
