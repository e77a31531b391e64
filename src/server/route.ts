import type { Action } from "../access/principal.ts";
import type { Awaitable } from "../storage/awaitable.ts";
import type { Call } from "./context.ts";
import type { Freshness } from "./fresh-rights.ts";
import type { HttpReply } from "./http.ts";
import type { PathValues, ValuesIn } from "./path-values.ts";

/**
 * What a caller must have the right to before a handler runs, which may ask for more:
 * - actions on the repository that the path names: all of them, of which the first is what a token is needed for,
 * - `public`: nothing, and credentials are not looked at; `anyone`: nothing, but credentials that are sent must be valid,
 * - `login`, `catalog`, `administration`, `account` (to look at), `account-change`: as `Access` has them.
 */
export type Right = readonly Action[] | "public" | "anyone" | "login" | "catalog" | "administration" | "account" | "account-change";

interface Line<Values> {
  /** For log and metrics, so never what a client chose. */
  readonly name: string;
  readonly methods: readonly ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE")[];
  readonly right: Right;
  /** How what the caller may do is looked up. Default: `looked`, but for what is public nothing is. */
  readonly rights?: Freshness;
  /** @throws RegistryError */
  readonly handle: (call: Call, path: Values) => Awaitable<HttpReply>;
}

/** A line of the table of routes. */
export interface Route extends Line<Partial<PathValues>> {
  /** Begins with `/`; parts in braces vary: `{name}` may hold slashes, the others may not. */
  readonly path: string;
}

/** A line whose handler reads the parameters that its path has, and no others. */
export function route<const Path extends string>(path: Path, line: Line<ValuesIn<Path>>): Route {
  // The matcher gives a handler all values of its path.
  return { path, ...(line as Line<Partial<PathValues>>) };
}
