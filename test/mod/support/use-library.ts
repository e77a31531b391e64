import { beforeAll } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Modules, moduleFile, type Ran, useModules } from "../publish/use-modules.ts";
import { APP, APP_DEPS, LIBRARY } from "./fixtures.ts";

/** Milliseconds for publishing all. */
const HOOK_LIMIT = 60_000;

export { APP, APP_DEPS };

/** A module in a folder, with a cache and a home of its own. */
export interface Project {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  opm(...args: readonly string[]): Promise<Ran>;
  /** Must succeed. */
  json(...args: readonly string[]): Promise<Record<string, unknown>>;
  /** Must succeed. */
  judge(...args: readonly string[]): Promise<string>;
  /** The module file, or another file. */
  text(name?: string): string;
  put(name: string, text: string): void;
  /** Whether the cache has a module version, unpacked. */
  has(name: string): boolean;
  /** The versions that the module file has of its dependencies, as cue reads them. */
  deps(): Promise<Record<string, string>>;
  /** The same with another registry, e.g. one that cannot be reached. */
  with(environment: Readonly<Record<string, string>>): Project;
}

export interface Library extends Modules {
  /** A project in a new folder, with a new cache and a new home unless some are given. */
  project(files?: Readonly<Record<string, string>>, environment?: Readonly<Record<string, string>>): Project;
  publish(path: string, version: string, text: string, deps?: Readonly<Record<string, string>>): Promise<void>;
}

/** @param registries as `CUE_REGISTRY` has them; everything is published to all of them before the tests of the calling file */
export function useLibrary(...registries: readonly (() => string)[]): Library {
  const modules = useModules(() => ({ CUE_REGISTRY: registries[0]?.() ?? "" }));
  const publishTo = async (
    registry: string,
    { path, version, deps, text }: { path: string; version: string; deps: Readonly<Record<string, string>>; text: string },
  ) => {
    const directory = modules.write({ "module.cue": moduleFile(path, { deps }), "x.cue": text });
    await modules.judge(["mod", "publish", version], { directory, environment: { CUE_REGISTRY: registry, CUE_CACHE_DIR: modules.fresh("cache") } });
  };
  beforeAll(async () => {
    // what is required comes first
    const [free, bound] = [LIBRARY.filter(({ deps }) => Object.keys(deps).length === 0), LIBRARY.filter(({ deps }) => Object.keys(deps).length > 0)];
    for (const wave of [free, bound]) await Promise.all(registries.flatMap((registry) => wave.map((one) => publishTo(registry(), one))));
  }, HOOK_LIMIT);
  const open = (root: string, environment: Readonly<Record<string, string>>): Project => {
    const options = { directory: root, environment };
    const project: Project = {
      root,
      environment,
      opm: (...args) => modules.opm(args, options),
      json: (...args) => modules.json(args, options),
      judge: (...args) => modules.judge(args, options),
      text: (name = "cue.mod/module.cue") => readFileSync(join(root, name), "utf8"),
      put: (name, text) => writeFileSync(join(root, name), text),
      has: (name) => existsSync(join(environment.CUE_CACHE_DIR ?? "", "mod", "extract", name)),
      async deps() {
        const { deps = {} } = JSON.parse(await modules.judge(["export", "cue.mod/module.cue"], options)) as { deps?: Record<string, { v: string }> };
        return Object.fromEntries(Object.entries(deps).map(([path, { v }]) => [path, v]));
      },
      with: (more) => open(root, { ...environment, ...more }),
    };
    return project;
  };
  return {
    ...modules,
    publish: (path, version, text, deps = {}) => publishTo(registries[0]?.() ?? "", { path, version, deps, text }),
    project: (files = { "module.cue": moduleFile("app.test/main@v0"), "main.cue": APP }, environment = {}) =>
      open(modules.write(files), {
        ...modules.environment,
        CUE_REGISTRY: registries[0]?.() ?? "",
        CUE_CACHE_DIR: modules.fresh("cache"),
        HOME: modules.fresh("home"),
        ...environment,
      }),
  };
}
