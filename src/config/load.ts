import { access } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError } from "../yaml/config-error.ts";
import { readYamlFile, type YamlFile } from "../yaml/yaml-file.ts";
import { type GivenValue, readEnvironment, readValue } from "./environment.ts";
import { describeIssues } from "./issues.ts";
import { type Config, configSchema } from "./schema.ts";
import { SECTIONS, SETTINGS } from "./settings.ts";
import { valueAt, withValue } from "./value-tree.ts";

/** The file that is read when none is named and it exists, in the working folder. */
const DEFAULT_FILE = "opm.yaml";

export interface ConfigSources {
  /** Path of the file, when the user named one. */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values of flags by the name of their setting: `{ "server.workers": "2" }`. The flag is `--` and the last word of that. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  readonly directory: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The file that was read, if any, as the user named it. */
  readonly file: string | undefined;
  /** Where each setting comes from, by its name: `--listen`, `OPM_LISTEN`, `opm.yaml:1:9` or `default`. */
  readonly origins: ReadonlyMap<string, string>;
  /** Things that stop nothing but were hardly meant, a line each. */
  readonly warnings: readonly string[];
}

/**
 * The configuration from flags, the environment, a file and the defaults, in this order of precedence. The file is the
 * one named, else that of OPM_CONFIG, else `opm.yaml` in the working folder if it exists. A relative path in the file
 * starts at the file's folder, any other at the working folder.
 * @throws ConfigError with every problem at once; the error of the file system when a named file cannot be read
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const file = await findFile(sources);
  const yaml = file === undefined ? undefined : await readYamlFile(resolve(sources.directory, file), file);
  const environment = readEnvironment(sources.environment);
  const given = [...flagValues(sources.flags), ...environment.values];
  const origins = new Map(SETTINGS.map(({ name, path }) => [name, originOf(name, path, given, yaml)]));
  const raw = resolvePaths(merge(given, yaml), given, sources.directory, file);

  const parsed = configSchema.safeParse(raw);
  const problems = [...(yaml?.duplicates ?? []), ...environment.problems, ...(parsed.success ? [] : describeIssues(parsed.error.issues, given, yaml))];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return { config: parsed.data, file, origins, warnings: environment.warnings };
}

async function findFile({ file, environment, directory }: ConfigSources): Promise<string | undefined> {
  const named = file ?? (environment.OPM_CONFIG || undefined);
  if (named !== undefined) return named;
  const present = await access(resolve(directory, DEFAULT_FILE)).then(
    () => true,
    () => false,
  );
  return present ? DEFAULT_FILE : undefined;
}

function flagValues(flags: ConfigSources["flags"]): GivenValue[] {
  return SETTINGS.flatMap((setting) => {
    const value = flags[setting.name];
    return value === undefined ? [] : [{ setting, value: readValue(setting, value), where: `--${setting.path.at(-1)}` }];
  });
}

function originOf(name: string, path: readonly string[], given: readonly GivenValue[], yaml: YamlFile | undefined): string {
  const value = given.find(({ setting }) => setting.name === name);
  if (value !== undefined) return value.where;
  return yaml !== undefined && valueAt(yaml.value, path) !== undefined ? yaml.position(path) : "default";
}

/** Lays the given values over those of the file; what is given first wins. */
function merge(given: readonly GivenValue[], yaml: YamlFile | undefined): unknown {
  return given.reduceRight((tree, { setting, value }) => withValue(tree, setting.path, value), withoutEmptySections(yaml?.value ?? {}));
}

/** YAML reads a section whose lines are all commented out as null. */
function withoutEmptySections(tree: unknown): unknown {
  return SECTIONS.reduce((result, path) => (valueAt(result, path) === null ? withValue(result, path, undefined) : result), tree);
}

function resolvePaths(tree: unknown, given: readonly GivenValue[], directory: string, file: string | undefined): unknown {
  const fileFolder = dirname(resolve(directory, file ?? DEFAULT_FILE));
  let resolved = tree;
  for (const setting of SETTINGS) {
    if (setting.kind !== "path") continue;
    const written = valueAt(tree, setting.path);
    const fromFile = written !== undefined && !given.some((value) => value.setting === setting);
    const path = written ?? setting.default;
    if (typeof path === "string" && path !== "") resolved = withValue(resolved, setting.path, resolve(fromFile ? fileFolder : directory, path));
  }
  return resolved;
}
