import { registriesWithCredentials } from "../../client/credentials/docker-credentials.ts";
import type { Environment } from "../../client/environment.ts";
import { callPages } from "../../client/extension/call-operation.ts";
import { openPackageSource } from "../../client/packages/open-source.ts";
import { isRegistryHost, parseRegistryHost, parseRepositoryReference, withoutWebScheme } from "../../oci/image-reference.ts";
import type { Kind } from "./kind.ts";
import { type Candidate, type Lookup, narrowed, startingWith, WORD_LIMIT, word } from "./lookup.ts";

/** Tags under which clients keep lists of referrers, and signatures. */
const REFERRERS = /^sha(?:256|512)-[0-9a-f]{32,}/;

/** The registries that are known. @param suffix put behind each */
export async function hostWords({ env }: Pick<Lookup, "env">, suffix = ""): Promise<Candidate[]> {
  return (await knownRegistries(env)).map((host) => word(`${host}${suffix}`));
}

/** `host/name`, and for a reference `host/name:tag`; names without a host where the command has a registry of its own. */
export async function placedWords(kind: Kind, lookup: Lookup): Promise<Candidate[]> {
  const { current, location } = lookup;
  if (kind === "reference" && /:[^/]*$/.test(current) && !isPort(current)) return await tagsOf(lookup, current.slice(0, current.lastIndexOf(":")), ":");
  const { host, written, rest } = splitHost(current);
  if (host === undefined) {
    const takesRegistry = location.command.options.some(({ long }) => long === "--registry");
    const own = takesRegistry ? ownRegistry(lookup) : undefined;
    const names = own === undefined ? [] : await namesAt(kind, lookup, own, current).catch(() => []);
    return location.values.registry === undefined ? [...(await hostWords(lookup, "/")), ...names] : names;
  }
  const names = (await namesAt(kind, lookup, host, rest)).map(({ value, description }) => ({ value: `${written}/${value}`, description }));
  const isWhole = kind === "reference" && names.some(({ value }) => value === current);
  return isWhole ? [...names, ...(await tagsOf(lookup, current, ":"))] : names;
}

/** Names in a registry, without its host. */
export async function namesAt(kind: Kind, lookup: Lookup, host: string, start: string): Promise<Candidate[]> {
  if (kind === "namespace") return await namespacesAt(lookup, host, start, "");
  if (kind === "project") {
    const slash = start.indexOf("/");
    return slash < 0 ? await namespacesAt(lookup, host, start, "/") : await projectsAt(lookup, host, start);
  }
  return await narrowed(lookup, ["repositories", host], start, async (prefix) => {
    const { signal } = lookup;
    const source = await openPackageSource(await lookup.client(), host, { signal, warn: () => undefined });
    const { repositories, more } = await source.packages(prefix === "" ? {} : { name: `${prefix}**` }, { limit: WORD_LIMIT });
    return { words: repositories.map(({ name }) => word(name)), more };
  });
}

/** Names of the registry that the line works with; without one, of the data folder. */
export async function bareNames(lookup: Lookup): Promise<Candidate[]> {
  const { current, location } = lookup;
  const host = ownRegistry(lookup);
  const isLocal = location.values.registry === undefined && location.command.options.some(({ long }) => long === "--data");
  if (host !== undefined && !isLocal) return await namesAt("name", lookup, host, current);
  const { inDataFolder } = await import("./account-words.ts");
  return await inDataFolder(lookup, async (metadata) => (await metadata.repositories.list({ prefixes: [current], limit: WORD_LIMIT })).map(word));
}

async function namespacesAt(lookup: Lookup, host: string, start: string, suffix: string): Promise<Candidate[]> {
  const found = await narrowed(lookup, ["namespaces", host], start, async (prefix) => {
    const connection = (await lookup.client()).connection(host);
    const names = new Set<string>();
    for await (const { value } of callPages(connection, "listNamespaces", { query: { n: 1000 }, what: "", signal: lookup.signal })) {
      for (const { name } of value.namespaces) names.add(name);
    }
    return startingWith([...names].map(word), prefix);
  });
  return found.map(({ value }) => word(`${value}${suffix}`));
}

async function projectsAt(lookup: Lookup, host: string, start: string): Promise<Candidate[]> {
  const namespace = start.slice(0, Math.max(0, start.indexOf("/")));
  return await narrowed(lookup, ["projects", host, namespace], start, async (prefix) => {
    const connection = (await lookup.client()).connection(host);
    const found: string[] = [];
    const query = { n: 1000, ...(namespace !== "" && { namespace }) };
    for await (const { value } of callPages(connection, "listProjects", { query, what: "", signal: lookup.signal })) {
      for (const project of value.projects) found.push(`${project.namespace}/${project.name}`);
    }
    return startingWith(found.map(word), prefix);
  });
}

/** Bare names of namespaces or projects, as filters take them. */
export async function filterWords(kind: "namespace-name" | "project-name", lookup: Lookup): Promise<Candidate[]> {
  const host = ownRegistry(lookup);
  if (host === undefined) return [];
  if (kind === "namespace-name") return await namespacesAt(lookup, host, lookup.current, "");
  const projects = await projectsAt(lookup, host, lookup.location.values.namespace === undefined ? "" : `${lookup.location.values.namespace}/`);
  return [...new Set(projects.map(({ value }) => value.slice(value.indexOf("/") + 1)))].map(word);
}

/** The tags of a repository. @param before what stands between its name and a tag; without it tags are bare */
export async function tagsOf(lookup: Lookup, name: string, before?: string): Promise<Candidate[]> {
  const { registry, repository } = parseRepositoryReference(name);
  const start = before === undefined ? lookup.current : lookup.current.slice(name.length + before.length);
  const tags = await narrowed(lookup, ["tags", registry, repository], start, async (prefix) => {
    const found: Candidate[] = [];
    const { signal } = lookup;
    for await (const tag of (await lookup.client()).repository(registry, repository).tags({ signal })) {
      if (!tag.startsWith(prefix) || REFERRERS.test(tag)) continue;
      if (found.length === WORD_LIMIT) return { words: found, more: true };
      found.push(word(tag));
    }
    return { words: found, more: false };
  });
  return before === undefined ? tags : tags.map(({ value }) => word(`${name}${before}${value}`));
}

/** The registry that a line works with: `--registry`, that of its first argument, or `OPM_REGISTRY`. */
export function ownRegistry({ location, env }: Pick<Lookup, "location" | "env">): string | undefined {
  const first = location.positionals[0] ?? "";
  // such commands take a registry alone, too
  const takesRegistry = location.command.options.some(({ long }) => long === "--registry");
  const named = location.values.registry ?? splitHost(takesRegistry && !first.includes("/") ? `${first}/` : first).host ?? env.OPM_REGISTRY;
  return named ? parseRegistryHost(named) : undefined;
}

/** @returns `written` as it stands there, with its scheme */
function splitHost(text: string): { readonly host: string | undefined; readonly written: string; readonly rest: string } {
  const bare = withoutWebScheme(text);
  const slash = bare.indexOf("/");
  const first = slash < 0 ? "" : bare.slice(0, slash);
  if (!/[.:]/.test(first) && first !== "localhost") return { host: undefined, written: "", rest: text };
  const rest = bare.slice(slash + 1);
  return { host: parseRegistryHost(first), written: text.slice(0, text.length - rest.length - 1), rest };
}

/** `localhost:50` is the start of a host, and no repository with a tag. */
function isPort(text: string): boolean {
  const bare = withoutWebScheme(text);
  return /^https?:\/*$/.test(text) || /^(?:localhost|[^:/]*\.[^:/]*|\[[^\]]*\]):[0-9]*$/.test(bare);
}

/** The registries that this user has to do with: those of OPM_REGISTRY, of the log-ins that docker and podman know, and of modules. */
async function knownRegistries(env: Environment): Promise<string[]> {
  const { isConfigured, NO_REGISTRY } = await import("../../modules/routing/routing.ts");
  const [named, logins, routes] = await Promise.all([env.OPM_REGISTRY ?? "", quietly(() => registriesWithCredentials(env)), quietly(() => moduleRoutes(env))]);
  const hosts = [named, ...logins, ...routes.filter(isConfigured).flatMap(({ host }) => (host === NO_REGISTRY ? [] : [host]))];
  return [...new Set(hosts.filter(isRegistryHost).map(parseRegistryHost))].sort();
}

async function moduleRoutes(env: Environment) {
  const { loadRouting } = await import("../../modules/routing/load.ts");
  return (await loadRouting({ flags: {}, env })).routes;
}

async function quietly<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  return await read().catch(() => []);
}
