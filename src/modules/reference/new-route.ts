import { ModuleError } from "../helper/helper.ts";
import { isPathPrefix } from "../module-path.ts";
import { DOCKER_HUB_API } from "../routing/config-url.ts";
import { isInsecureByDefault } from "../routing/registry-text.ts";
import { isConfigured, type ModuleRouting, type Route } from "../routing/routing.ts";
import type { RegistryPath } from "./registry-path.ts";

export interface ReferenceOptions {
  /** The user wants no TLS (`--plain-http`). */
  readonly plainHttp?: boolean;
}

const ORIGIN = "the reference";

/** Domains whose modules belong to many: a route for one of them would take those of all others along. */
const SHARED_DOMAINS: ReadonlySet<string> = new Set(["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitea.com", "sr.ht"]);

/** Names of Docker Hub that a module path may begin with. */
const DOCKER_HUB_NAMES: ReadonlySet<string> = new Set(["docker.io", "index.docker.io", "registry.hub.docker.com", DOCKER_HUB_API]);

/**
 * The route to the host that a module's path names. From three parts on the module is at exactly its own path there, which takes
 * `stripPrefix`; CUE allows that below a folder only, so that one of two parts is at `<host>/<its whole path>`.
 * @throws ModuleError `invalid` where the host has no such names
 */
export function namedRoute(base: string, routing: ModuleRouting, options: ReferenceOptions): Route {
  const [domain = "", owner, name, ...more] = base.split("/");
  const isHub = DOCKER_HUB_NAMES.has(domain);
  const host = isHub ? DOCKER_HUB_API : domain;
  const route = { host, insecure: insecureAt(host, undefined, routing, options), origin: ORIGIN };
  if (owner === undefined || name === undefined) {
    if (isHub) throw new ModuleError("invalid", `${base} is no place on Docker Hub, whose names are ${domain}/<account>/<repository>`);
    return { prefix: domain, repository: "", ...route };
  }
  if (more.length > 0 && isTwoPart(host, routing)) return { prefix: base, repository: `${owner}/${name}`, pathEncoding: "hashAsTag", ...route };
  return { prefix: `${domain}/${owner}`, repository: owner, stripPrefix: true, ...route };
}

/**
 * The route that puts a module at a path of a registry.
 * @throws ModuleError `invalid` where the registry has no such names
 */
export function routeTo(at: RegistryPath, base: string, routing: ModuleRouting, options: ReferenceOptions): Route {
  const { host, path } = at;
  const folder = withoutCommonEnd(path, base);
  const route = { host, insecure: insecureAt(host, at.insecure, routing, options), origin: ORIGIN };
  if (!isTwoPart(host, routing)) return { prefix: prefixFor(base, routing), repository: folder, ...route };
  if (folder !== "" && `${folder}/${base}`.split("/").length === 2) return { prefix: base, repository: folder, ...route };
  if (path.split("/").length !== 2) {
    const where = host === DOCKER_HUB_API ? "Docker Hub has" : `${host} is configured for`;
    throw new ModuleError("invalid", `${host}/${path} cannot have modules: ${where} names of two parts, so give ${host}/<account>/<repository>`);
  }
  const prefix = folder === path ? prefixFor(base, routing) : base;
  return { prefix, repository: path, pathEncoding: "hashAsTag", ...route };
}

/** True where repositories have names of two parts: on Docker Hub, and where the configuration puts module paths into tags. */
function isTwoPart(host: string, { routes }: ModuleRouting): boolean {
  return host === DOCKER_HUB_API || routes.some((route) => route.host === host && route.pathEncoding === "hashAsTag");
}

/** A host is with TLS or without for all of its routes. */
function insecureAt(host: string, said: boolean | undefined, { routes }: ModuleRouting, { plainHttp }: ReferenceOptions): boolean {
  if (said !== undefined) return said;
  const known = routes.find((route) => route.host === host);
  return known?.insecure ?? (plainHttp === true || isInsecureByDefault(host));
}

/** `pre/lib.test/base` and `lib.test/base` → `pre` */
function withoutCommonEnd(path: string, base: string): string {
  const parts = path.split("/");
  const other = base.split("/");
  while (parts.length > 0 && other.length > 0 && parts.at(-1) === other.at(-1)) {
    parts.pop();
    other.pop();
  }
  return parts.join("/");
}

/** The widest prefix that a route for this module may have without taking modules away from what is configured. */
function prefixFor(base: string, { routes }: ModuleRouting): string {
  const parts = base.split("/");
  const configured = routes.filter((route) => isConfigured(route) && route.prefix !== "").map(({ prefix }) => prefix);
  const longest = Math.max(0, ...configured.filter((prefix) => isPathPrefix(prefix, base)).map((prefix) => prefix.length));
  const least = SHARED_DOMAINS.has(parts[0] ?? "") ? 2 : 1;
  for (let count = least; count < parts.length; count++) {
    const prefix = parts.slice(0, count).join("/");
    if (prefix.length > longest) return prefix;
  }
  return base;
}
