import { RegistryError } from "../oci/errors.ts";

/** The APIs that this server has: the distribution specification's, that of packages and administration, and what the server itself needs. */
export type Surface = "registry" | "packages" | "operations";

/** What the routes of a surface have in common. */
interface SurfaceRules {
  /** Name in log and metrics of a request for nothing that there is. */
  readonly label: string;
  /** Bodies must be JSON, and say so. */
  readonly json: boolean;
  /** Whose error codes it answers with: the specification's alone, or those that it has none for, too. */
  readonly codes: "distribution" | "own";
  /** What a route is called. */
  readonly route: string;
  /** What is said where nothing is. */
  readonly nothing: string;
}

export const SURFACES: Readonly<Record<Surface, SurfaceRules>> = {
  registry: {
    label: "other",
    json: false,
    codes: "distribution",
    route: "endpoint",
    nothing: "this path is no endpoint of the distribution specification",
  },
  packages: {
    label: "package-api",
    json: true,
    codes: "own",
    route: "operation",
    nothing: "there is no operation of the package API at this path",
  },
  operations: {
    label: "other",
    json: false,
    codes: "own",
    route: "endpoint",
    nothing: "there is nothing at this path; the registry's API is under /v2/",
  },
};

/** Whose path this is, whether or not something is there. No part of a repository's name begins with `_`. */
export function surfaceOf(path: string): Surface {
  if (path.startsWith("/v2/") || path === "/v2") return path.includes("/_opm/") ? "packages" : "registry";
  return path.startsWith("/api/v1/") ? "packages" : "operations";
}

/** No route has the path. */
export function pathUnknown(surface: Surface): RegistryError {
  return new RegistryError("PATH_UNKNOWN", SURFACES[surface].nothing);
}

/** The routes of the path have other methods. */
export function methodNotAllowed(surface: Surface, method: string, methods: Iterable<string>): RegistryError {
  const allowed = [...methods].join(", ");
  return new RegistryError("METHOD_NOT_ALLOWED", `${method.slice(0, 20)} is not a method of this ${SURFACES[surface].route}; it has ${allowed}`, {
    headers: { Allow: allowed },
  });
}
