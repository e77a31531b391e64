import { type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../yaml/config-error.ts";
import { readPlainYaml } from "../../yaml/plain-yaml.ts";
import { readTextFile } from "../../yaml/read-text.ts";
import { type ReadRegistries, readRegistries } from "./config-registries.ts";
import { DEFAULT_ROUTE, type Route } from "./routing.ts";

/** How messages call the file. */
const CONFIG_NAME = "~/.opm/config.yaml";

/** What `~/.opm/config.yaml` says. */
export interface ModuleConfig {
  readonly routes: readonly Route[];
  /** What stops nothing but was hardly meant, a line each. */
  readonly warnings: readonly string[];
  /** True where there is a file. */
  readonly found: boolean;
}

/**
 * Reads `~/.opm/config.yaml`: which registry has which modules. Without a file, or a home, it says nothing.
 * @throws ConfigError with every problem at once; the error of the file system when it cannot be read
 */
export async function readModuleConfig(home: string | undefined): Promise<ModuleConfig> {
  const path = home ? join(home, ".opm", "config.yaml") : undefined;
  if (path === undefined || !isThere(path)) return { routes: [], warnings: [], found: false };
  const { routes, problems } = await readConfig(path);
  if (problems.length > 0) throw new ConfigError(problems);
  return { routes, warnings: routes.flatMap(hardlyMeant), found: true };
}

/** The parser is loaded for what is not written plainly, and for what is wrong. */
async function readConfig(path: string): Promise<ReadRegistries> {
  const text = await readTextFile(path, CONFIG_NAME);
  const plain = readPlainYaml(text, CONFIG_NAME);
  const read = plain === undefined ? undefined : readRegistries(plain);
  if (read?.problems.length === 0) return read;
  const { parseYaml } = await import("../../yaml/yaml-file.ts");
  return readRegistries(parseYaml(text, CONFIG_NAME));
}

/** What is no file might never end, or never begin. */
function isThere(path: string): boolean {
  const found = statIfThere(path);
  if (found === undefined || found.isFile()) return found !== undefined;
  throw new ConfigError([{ where: CONFIG_NAME, path: "", message: "this is no file" }]);
}

function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}

/** The host of a registry where the prefix of modules belongs: it names those modules only whose paths begin with it. */
function hardlyMeant({ prefix, host, repository, stripPrefix, origin }: Route): string[] {
  if (prefix !== host || (prefix !== DEFAULT_ROUTE.host && (repository === "" || stripPrefix === true))) return [];
  return [
    `${origin}: registries.${prefix} is for modules whose paths begin with ${prefix}/ only; for all modules without a registry of their own the key is "*"`,
  ];
}
