import type { PathParameter, PathTexts } from "./path-values.ts";
import type { Route } from "./route.ts";
import { type Surface, surfaceOf } from "./surface.ts";

/** What answers at a path. */
export interface Endpoint {
  /** Stands for methods that have none. */
  readonly first: Route;
  /** In the order of the table. */
  readonly methods: ReadonlyMap<string, Route>;
}

export interface Match {
  readonly endpoint: Endpoint;
  readonly texts: PathTexts;
}

/** Finds the endpoint of a path, percent-encoded; undefined when there is none, or a parameter is not validly encoded. */
export type Matcher = (path: string, surface: Surface) => Match | undefined;

type Texts = { -readonly [Parameter in keyof PathTexts]: PathTexts[Parameter] };

/** A place in the tree of paths. They are read from their end, as what is before may be a name with slashes. */
interface Node {
  /** By the literal part before: so few that to compare each is quicker than to hash what a client sent. */
  readonly literals: [part: string, node: Node][];
  /** By the name of the part before, which varies. */
  readonly parameters: [parameter: PathParameter, node: Node][];
  /** Nothing is before. */
  whole: Endpoint | undefined;
  /** Before is a repository's name, and before that a prefix with a slash at its end. `least`: where the name ends, at least. */
  named: { readonly prefix: string; readonly least: number; readonly endpoint: Endpoint } | undefined;
}

const NAME = "{name}";

/**
 * Compiles the table for looking up. A literal part of a path goes before one that varies.
 * @throws Error when two paths differ in nothing but what is before `{name}`
 */
export function compileRoutes(routes: readonly Route[]): Matcher {
  const roots: Readonly<Record<Surface, Node>> = { registry: newNode(), packages: newNode(), operations: newNode() };
  for (const [path, endpoint] of endpointsOf(routes)) {
    const surface = surfaceOf(path);
    // Clients of the specification are told that an empty name is no name, as of any other that is none.
    insert(roots[surface], path, { endpoint, shortestName: surface === "registry" ? 0 : 1 });
  }
  return (path, surface) => {
    const texts: Texts = {};
    const endpoint = path.startsWith("/") ? find(roots[surface], path, path.length, texts) : undefined;
    if (endpoint === undefined || (path.includes("%") && !decode(texts))) return undefined;
    return { endpoint, texts };
  };
}

function endpointsOf(routes: readonly Route[]): Map<string, Endpoint> {
  const endpoints = new Map<string, { readonly first: Route; readonly methods: Map<string, Route> }>();
  for (const route of routes) {
    const endpoint = endpoints.get(route.path) ?? { first: route, methods: new Map<string, Route>() };
    for (const method of route.methods) endpoint.methods.set(method, route);
    endpoints.set(route.path, endpoint);
  }
  return endpoints;
}

function newNode(): Node {
  return { literals: [], parameters: [], whole: undefined, named: undefined };
}

function insert(root: Node, path: string, { endpoint, shortestName }: { readonly endpoint: Endpoint; readonly shortestName: number }): void {
  const at = path.indexOf(NAME);
  const tail = at < 0 ? path : path.slice(at + NAME.length);
  let node = root;
  for (const part of tail.split("/").slice(1).reverse()) {
    node = part.startsWith("{") ? nodeBefore(node.parameters, part.slice(1, -1) as PathParameter) : nodeBefore(node.literals, part);
  }
  if (at < 0) node.whole = endpoint;
  else if (node.named === undefined) node.named = { prefix: path.slice(0, at), least: at + shortestName, endpoint };
  else throw new Error(`${path} and ${node.named.prefix}${NAME}${tail} cannot be told apart from their ends`);
}

function nodeBefore<Part extends string>(nodes: [Part, Node][], part: Part): Node {
  const known = nodes.find(([name]) => name === part);
  if (known !== undefined) return known[1];
  const next = newNode();
  nodes.push([part, next]);
  return next;
}

/** @param end where that part of the path ends that is still to be read */
function find(node: Node, path: string, end: number, texts: Texts): Endpoint | undefined {
  if (end === 0) return node.whole;
  const slash = path.lastIndexOf("/", end - 1);
  const length = end - slash - 1;
  for (const [part, next] of node.literals) {
    if (part.length !== length || !path.startsWith(part, slash + 1)) continue;
    const endpoint = find(next, path, slash, texts);
    if (endpoint !== undefined) return endpoint;
  }
  if (length > 0) {
    for (const [parameter, next] of node.parameters) {
      const endpoint = find(next, path, slash, texts);
      if (endpoint === undefined) continue;
      texts[parameter] = path.slice(slash + 1, end);
      return endpoint;
    }
  }
  const { named } = node;
  if (named === undefined || end < named.least || !path.startsWith(named.prefix)) return undefined;
  texts.name = path.slice(named.prefix.length, end);
  return named.endpoint;
}

/** @returns false when one is not validly encoded */
function decode(texts: Texts): boolean {
  try {
    for (const parameter of Object.keys(texts) as PathParameter[]) texts[parameter] = decodeURIComponent(texts[parameter] ?? "");
    return true;
  } catch {
    return false;
  }
}
