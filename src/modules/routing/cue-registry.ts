import { readFile, stat } from "node:fs/promises";
import { isTag } from "../../oci/tag.ts";
import { ConfigError } from "../../yaml/config-error.ts";
import { ModuleError } from "../helper/helper.ts";
import { basePathProblem } from "../module-path.ts";
import type { RegistryEntry } from "./format.ts";
import { parseRegistryText, RegistryTextError } from "./registry-text.ts";
import type { PathEncoding, Route } from "./routing.ts";

/** What CUE's registry configuration says, as data: `inline:` and `file:` have it. */
export interface RegistryFile {
  readonly moduleRegistries?: Readonly<Record<string, RegistryEntry>>;
  readonly defaultRegistry?: RegistryEntry;
}

/** Evaluates CUE's registry configuration. The helper does. @throws ModuleError `invalid` with what is wrong */
export type ReadRegistryFile = (text: string, name: string) => Promise<RegistryFile>;

/** Bytes that a file of registries may have. */
const FILE_LIMIT = 1024 * 1024;

/**
 * Reads a value of `CUE_REGISTRY` in any of its forms.
 * @param origin what has the value: `CUE_REGISTRY`, `OPM_MODULE_REGISTRY` or `--registry`
 * @returns its routes; none is for all other modules where the value does not say
 * @throws ConfigError
 */
export async function parseCueRegistry(value: string, origin: string, evaluate: ReadRegistryFile): Promise<Route[]> {
  const colon = value.indexOf(":");
  const kind = colon < 0 ? value : value.slice(0, colon);
  const rest = colon < 0 ? "" : value.slice(colon + 1);
  if (kind === "inline") return await routesOfFile(rest, "inline", { origin, evaluate });
  if (kind === "file") return await routesOfFile(await readText(rest, origin), rest, { origin, evaluate });
  return parseSimple(kind === "simple" ? rest : value, origin);
}

/** Reads the simple form: `registry` and `prefix=registry`, separated by commas, or nothing. @throws ConfigError */
function parseSimple(value: string, origin: string): Route[] {
  if (value === "") return [];
  const routes = new Map<string, Route>();
  for (const part of value.split(",")) {
    const equals = part.indexOf("=");
    const prefix = equals < 0 ? "" : part.slice(0, equals);
    if (part === "") throw problem(origin, "there is nothing between two commas, or at one end");
    if (equals === 0) throw problem(origin, `a module prefix is missing before '${part}'`);
    if (equals > 0) checkPrefix(prefix, origin);
    if (routes.has(prefix)) throw problem(origin, prefix === "" ? "it names two registries for all other modules" : `it names ${prefix} twice`);
    routes.set(prefix, { prefix, ...place(part.slice(equals + 1), origin, prefix), origin });
  }
  return [...routes.values()];
}

interface Evaluation {
  readonly origin: string;
  readonly evaluate: ReadRegistryFile;
}

async function routesOfFile(text: string, name: string, { origin, evaluate }: Evaluation): Promise<Route[]> {
  const { moduleRegistries = {}, defaultRegistry } = await evaluate(text, name).catch((cause: unknown) => {
    if (cause instanceof ModuleError && cause.code === "invalid") throw problem(origin, cause.message, cause);
    throw cause;
  });
  const named = Object.entries(moduleRegistries).map(([prefix, entry]) => {
    checkPrefix(prefix, origin);
    return routeOfEntry(prefix, entry, origin);
  });
  return [...named, ...(defaultRegistry === undefined ? [] : [routeOfEntry("", defaultRegistry, origin)])];
}

function routeOfEntry(prefix: string, entry: RegistryEntry, origin: string): Route {
  const { pathEncoding = "path", prefixForTags = "", stripPrefix = false } = entry;
  const route = { prefix, ...place(entry.registry, origin, prefix), origin };
  if (stripPrefix && pathEncoding !== "path") throw problem(origin, `${prefix}: stripPrefix goes with the pathEncoding "path" only`);
  if (stripPrefix && route.repository === "") throw problem(origin, `${prefix}: stripPrefix takes a registry with a folder, such as ${route.host}/modules`);
  if (prefixForTags !== "" && !isTag(prefixForTags)) throw problem(origin, `${prefix}: no tag begins with '${prefixForTags}', as prefixForTags says`);
  return {
    ...route,
    ...(pathEncoding !== "path" && { pathEncoding: pathEncoding as PathEncoding }),
    ...(prefixForTags !== "" && { prefixForTags }),
    ...(stripPrefix && { stripPrefix }),
  };
}

function place(text: string, origin: string, prefix: string) {
  if (text === "") throw problem(origin, `there is no registry after '${prefix}='`);
  try {
    return parseRegistryText(origin === CUE_OWN ? text : inCueForm(text));
  } catch (error) {
    if (error instanceof RegistryTextError) throw problem(origin, `${prefix === "" ? "" : `${prefix}: `}${error.message}`, error);
    throw error;
  }
}

/** CUE's own variable is read as CUE does, which takes no scheme. */
const CUE_OWN = "CUE_REGISTRY";

/** The address of a server, as it prints it, in CUE's form: `http://host:5000` is `host:5000+insecure`. */
function inCueForm(text: string): string {
  const [, scheme = "", rest = ""] = /^(https?):\/\/([^@+?#]+?)\/?$/i.exec(text) ?? [];
  if (rest === "") return text;
  return `${rest}+${scheme.toLowerCase() === "http" ? "insecure" : "secure"}`;
}

function checkPrefix(prefix: string, origin: string): void {
  const reason = basePathProblem(prefix);
  if (reason !== undefined) throw problem(origin, `'${prefix}' is no prefix of module paths: ${reason}`);
}

async function readText(path: string, origin: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= FILE_LIMIT) return await readFile(path, "utf8");
  } catch (cause) {
    throw problem(origin, `cannot read '${path}': ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  throw problem(origin, `${path} is larger than 1 MiB; this is no file of registries`);
}

function problem(where: string, message: string, cause?: unknown): ConfigError {
  return new ConfigError([{ where, path: "", message }], { cause });
}
