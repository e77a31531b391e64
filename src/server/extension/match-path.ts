import type { Operation, PathParameter } from "../../api/operation.ts";
import { OPERATIONS, type OperationId } from "../../api/operations.ts";

/** A path that is one of an operation, or of several with other methods. */
export interface PathMatch {
  readonly methods: ReadonlyMap<string, OperationId>;
  /** Percent-decoded, not yet parsed. */
  readonly path: Readonly<Partial<Record<PathParameter, string>>>;
}

interface Endpoint {
  readonly pattern: RegExp;
  readonly methods: ReadonlyMap<string, OperationId>;
}

const ENDPOINTS: readonly Endpoint[] = compile();

/** Where the operations are: below `_opm` of the registry or of a repository, no part of whose name begins with `_`, and `/api/v1`. */
export function isExtensionPath(path: string): boolean {
  return path.startsWith("/v2/_opm/") || path.startsWith("/api/v1/") || (path.includes("/_opm/") && path.startsWith("/v2/"));
}

/** True for what the distribution specification says what is there: all that is below `/v2/`, but for the operations. */
export function isDistributionPath(path: string): boolean {
  return (path === "/v2" || path.startsWith("/v2/")) && !isExtensionPath(path);
}

/**
 * Finds the operations at a path.
 * @param path percent-encoded; slashes of a repository name may be, too
 * @returns undefined when there is none, or the encoding is not valid
 */
export function matchPath(path: string): PathMatch | undefined {
  for (const { pattern, methods } of ENDPOINTS) {
    const match = pattern.exec(path);
    if (match === null) continue;
    try {
      return { methods, path: Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)])) };
    } catch {
      return undefined;
    }
  }
  return undefined;
}

function compile(): Endpoint[] {
  const byPath = new Map<string, Map<string, OperationId>>();
  for (const [id, operation] of Object.entries(OPERATIONS) as [OperationId, Operation][]) {
    const methods = byPath.get(operation.path) ?? new Map<string, OperationId>();
    byPath.set(operation.path, methods.set(operation.method, id));
    if (operation.method === "GET") methods.set("HEAD", id);
  }
  return [...byPath].map(([path, methods]) => ({ pattern: patternOf(path), methods }));
}

function patternOf(path: string): RegExp {
  const source = path
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace("{name}", "(?<name>.+)")
    .replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return new RegExp(`^${source}$`);
}
