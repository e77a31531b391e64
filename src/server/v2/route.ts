/** The endpoints under `/v2/`, by the part of the URL that tells them apart. */
export type Endpoint = "base" | "catalog" | "discover" | "repository-discover" | "blob" | "uploads" | "upload" | "manifest" | "tags" | "referrers";

/** Name and reference as they stand in the URL, percent-decoded but not yet parsed. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly name: string;
  readonly reference: string;
}

const DISCOVER = "_oci/ext/discover";

/**
 * Finds the endpoint of a path. Repository names contain slashes, so a path is read from its end.
 * @param path what follows `/v2/`, still percent-encoded
 * @returns undefined when it is no endpoint, or is not validly encoded
 */
export function parseRoute(path: string): Route | undefined {
  if (path === "") return route("base", "", "");
  if (path === "_catalog") return route("catalog", "", "");
  if (path === DISCOVER) return route("discover", "", "");
  if (path.endsWith(`/${DISCOVER}`)) return route("repository-discover", path.slice(0, -DISCOVER.length - 1), "");
  if (path.endsWith("/tags/list")) return route("tags", path.slice(0, -"/tags/list".length), "");
  if (path.endsWith("/blobs/uploads/")) return route("uploads", path.slice(0, -"/blobs/uploads/".length), "");
  if (path.endsWith("/blobs/uploads")) return route("uploads", path.slice(0, -"/blobs/uploads".length), "");
  const last = path.lastIndexOf("/");
  const reference = path.slice(last + 1);
  const parent = path.slice(0, Math.max(0, last));
  if (reference === "") return undefined;
  if (parent.endsWith("/blobs/uploads")) return route("upload", parent.slice(0, -"/blobs/uploads".length), reference);
  if (parent.endsWith("/manifests")) return route("manifest", parent.slice(0, -"/manifests".length), reference);
  if (parent.endsWith("/blobs")) return route("blob", parent.slice(0, -"/blobs".length), reference);
  if (parent.endsWith("/referrers")) return route("referrers", parent.slice(0, -"/referrers".length), reference);
  return undefined;
}

function route(endpoint: Endpoint, name: string, reference: string): Route | undefined {
  if (!name.includes("%") && !reference.includes("%")) return { endpoint, name, reference };
  try {
    return { endpoint, name: decodeURIComponent(name), reference: decodeURIComponent(reference) };
  } catch {
    return undefined;
  }
}
