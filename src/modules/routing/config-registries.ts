import { nearestName } from "../../nearest-name.ts";
import type { ConfigProblem } from "../../yaml/config-error.ts";
import type { YamlFile } from "../../yaml/yaml-file.ts";
import { basePathProblem } from "../module-path.ts";
import { isMap, parseConfigEntry } from "./config-entry.ts";
import { findClashes } from "./layers.ts";
import type { Route } from "./routing.ts";

/** Keys that the file may have. */
const KEYS = ["registries"];

/** Prefixes that a file may name: finding their places takes time in the square of their number. */
const LIMIT = 1000;

/** Keys of `registries` for all modules that no other key names. */
const CATCH_ALL: ReadonlySet<string> = new Set(["*", "default"]);

/** The routes of a file, and everything that is wrong with it. */
export interface ReadRegistries {
  readonly routes: readonly Route[];
  readonly problems: readonly ConfigProblem[];
}

/** Reads the registries of a file. */
export function readRegistries(yaml: YamlFile): ReadRegistries {
  const { value } = yaml;
  if (!isMap(value)) return failed({ where: yaml.position([]), path: "", message: "expected a map with the key registries" });
  const unknown = Object.keys(value)
    .filter((key) => !KEYS.includes(key))
    .map((key) => unknownKey(key, yaml));
  const registries = value.registries ?? {};
  if (!isMap(registries)) {
    const message = "expected a map of module prefixes, each with its registry";
    return failed(...unknown, { where: yaml.position(["registries"]), path: "registries", message });
  }
  if (Object.keys(registries).length > LIMIT) {
    return failed({ where: yaml.position(["registries"]), path: "registries", message: `more than ${LIMIT} module prefixes; this is no configuration file` });
  }
  const routes: Route[] = [];
  const problems = [...yaml.duplicates, ...unknown];
  for (const [key, entry] of Object.entries(registries)) {
    const prefix = CATCH_ALL.has(key) ? "" : key.replace(/\/+$/, "");
    const where = yaml.keyPosition(["registries"], key);
    const complain = (message: string) => problems.push({ where, path: `registries.${key}`, message });
    const reason = prefix === "" ? undefined : basePathProblem(prefix);
    if (reason !== undefined) complain(`this is no prefix of module paths: ${reason}`);
    const twin = routes.find((route) => route.prefix === prefix);
    if (twin !== undefined) complain(`these modules have a registry at ${twin.origin} already`);
    const parsed = parseConfigEntry(entry, { yaml, key, prefix });
    if ("host" in parsed) routes.push(parsed);
    else problems.push(...parsed);
  }
  return { routes, problems: [...problems, ...findClashes(routes)].sort(byPlace) };
}

/** In the order of the file: `file:3:5` before `file:3:10`. */
function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  const [line, column] = [-2, -1].map((index) => Number(a.where.split(":").at(index)) - Number(b.where.split(":").at(index)));
  return line || column || 0;
}

function failed(...problems: readonly ConfigProblem[]) {
  return { routes: [], problems };
}

function unknownKey(key: string, yaml: YamlFile): ConfigProblem {
  const near = nearestName(key, KEYS);
  return { where: yaml.keyPosition([], key), path: key, message: `unknown key${near === undefined ? "" : `; did you mean ${near}?`}` };
}
