import { beforeAll } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Modules, moduleFile, type Ran, useModules } from "../publish/use-modules.ts";

/** Milliseconds for publishing all. */
const HOOK_LIMIT = 60_000;

const BASE_DEP = (version: string) => ({ "lib.test/base@v1": version });
const user = (name: string, letter: string) => `package ${name}\n\nimport "lib.test/base@v1"\n\nbase\n${letter}: 1\n`;

/** What is published: `lib.test/base` of two majors, with a pre-release, and two modules that require it. */
const PUBLISHED = [
  { path: "lib.test/base@v1", version: "v1.0.0", deps: {}, text: "package base\n\nx: 1\n" },
  { path: "lib.test/base@v1", version: "v1.1.0", deps: {}, text: "package base\n\nx: 1\ny: 2\n" },
  { path: "lib.test/base@v1", version: "v1.2.0-rc.1", deps: {}, text: "package base\n\nx: 1\ny: 2\nz: 3\n" },
  { path: "lib.test/base@v2", version: "v2.0.0", deps: {}, text: "package base\n\nx: 1\nsecond: true\n" },
  { path: "lib.test/left@v0", version: "v0.1.0", deps: BASE_DEP("v1.0.0"), text: user("left", "l") },
  { path: "lib.test/left@v0", version: "v0.1.1", deps: BASE_DEP("v1.0.0"), text: user("left", "l") },
  { path: "lib.test/left@v0", version: "v0.2.0", deps: BASE_DEP("v1.0.0"), text: user("left", "l") },
  { path: "lib.test/right@v0", version: "v0.1.0", deps: BASE_DEP("v1.1.0"), text: user("right", "r") },
] as const;

/** The dependencies of `APP` as they were before anything was updated. */
export const APP_DEPS = { "lib.test/base@v1": "v1.1.0", "lib.test/left@v0": "v0.1.0", "lib.test/right@v0": "v0.1.0" };

export const APP = 'package main\n\nimport (\n\t"lib.test/left@v0"\n\t"lib.test/right@v0"\n)\n\nout: {left, right}\n';

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
    const [free, bound] = [PUBLISHED.filter(({ deps }) => Object.keys(deps).length === 0), PUBLISHED.filter(({ deps }) => Object.keys(deps).length > 0)];
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
