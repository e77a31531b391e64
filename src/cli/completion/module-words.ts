import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { moduleCacheFolder } from "../../modules/cache-folder.ts";
import { splitModulePath } from "../../modules/module-path.ts";
import { findModuleRoot, MODULE_FOLDER } from "../../modules/module-root.ts";
import { newestFirst } from "../../modules/module-version.ts";
import { loadRouting } from "../../modules/routing/load.ts";
import { locate } from "../../modules/routing/locate.ts";
import { isConfigured, NO_REGISTRY, type Route } from "../../modules/routing/routing.ts";
import { type Candidate, type Lookup, narrowed, startingWith, word } from "./lookup.ts";
import { namesAt } from "./registry-words.ts";

/** A full version of a module, as tags have it. */
const VERSION = /^v(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:-[0-9A-Za-z.-]+)?$/;

/** Module paths, of the registries that are configured and of the cache; behind `@` the versions of a module, the newest first. */
export async function moduleWords(lookup: Lookup): Promise<Candidate[]> {
  const { current, location, env } = lookup;
  const { routes } = await loadRouting({ flags: { registry: location.values.registry }, env });
  const offline = location.values.offline !== undefined || location.values.vendor !== undefined;
  const { base, major } = splitModulePath(current);
  if (major !== undefined) {
    const [cached, there] = await Promise.all([cachedModules(lookup), offline ? [] : versionsAt(lookup, routes, base).catch(() => [])]);
    const versions = new Set([...there, ...cached.flatMap(({ path, version }) => (path === base ? [version] : []))]);
    return newestFirst([...versions]).map((version) => word(`${base}@${version}`));
  }
  const places = offline ? [] : routes.filter((route) => isConfigured(route) && route.host !== NO_REGISTRY && (route.pathEncoding ?? "path") === "path");
  const [cached, ...there] = await Promise.all([cachedModules(lookup), ...places.map((route) => modulesAt(lookup, route).catch(() => []))]);
  return [...new Set([...cached.map(({ path }) => path), ...there.flat()])].sort().map(word);
}

/** What the module here requires, and what else can be named by path. */
export async function dependencyWords({ current, location }: Lookup): Promise<Candidate[]> {
  const root = await findModuleRoot(location.values.directory ?? ".");
  const text = await readFile(join(root, MODULE_FOLDER, "module.cue"), "utf8");
  const paths = [...text.matchAll(/^\s*"([a-z0-9._/-]+@v[0-9]+)"\s*:/gm)].map(([, path = ""]) => path);
  return startingWith([...new Set(paths)].sort().map(word), current).words;
}

async function versionsAt(lookup: Lookup, routes: readonly Route[], base: string): Promise<string[]> {
  const location = locate({ routes }, base);
  if (location === undefined) return [];
  const { parseRepositoryName } = await import("../../oci/name.ts");
  const prefix = routes.find(({ host }) => host === location.host)?.prefixForTags ?? "";
  const found = await narrowed(lookup, ["versions", location.host, location.repository, prefix], "", async () => {
    const versions: string[] = [];
    const { signal } = lookup;
    for await (const tag of (await lookup.client()).repository(location.host, parseRepositoryName(location.repository)).tags({ signal })) {
      if (tag.startsWith(prefix) && VERSION.test(tag.slice(prefix.length))) versions.push(tag.slice(prefix.length));
    }
    return startingWith(newestFirst(versions).map(word), "");
  });
  return found.map(({ value }) => value);
}

/** Repositories of a registry that are module paths by a route. */
async function modulesAt(lookup: Lookup, { host, repository, prefix, stripPrefix }: Route): Promise<string[]> {
  const [folder, above] = [repository === "" ? "" : `${repository}/`, stripPrefix === true && prefix !== "" ? `${prefix}/` : ""];
  const start = above === "" ? lookup.current : lookup.current.startsWith(above) ? lookup.current.slice(above.length) : "";
  const names = await namesAt("name", lookup, host, `${folder}${start}`);
  return names
    .map(({ value }) => `${above}${value.slice(folder.length)}`)
    .filter((path) => path.includes(".") && path.includes("/") && (prefix === "" || path === prefix || path.startsWith(`${prefix}/`)));
}

async function cachedModules({ env }: Lookup): Promise<{ readonly path: string; readonly version: string }[]> {
  const folder = join(moduleCacheFolder(env), "mod", "download");
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.flatMap((name) => {
    const [, path, version] = /^(.+)\/@v\/(v[^/]+)\.mod$/.exec(name.replaceAll("\\", "/")) ?? [];
    return path === undefined || version === undefined || !VERSION.test(version) ? [] : [{ path, version }];
  });
}
