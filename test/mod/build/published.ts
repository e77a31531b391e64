import { beforeAll } from "bun:test";
import { useRegistry } from "../../support/use-registry.ts";
import { type Modules, moduleFile, useModules } from "../publish/use-modules.ts";
import { INTERNALDB, KIT, PLATWEB, POSTGRES, WEB } from "../support/fixtures.ts";

/** Milliseconds for publishing all. */
const HOOK_LIMIT = 60_000;

/** Versions of the modules that tests build on. */
export const POSTGRES_DEP = { "registry.test/postgres@v2": "v2.0.0" };
export const INTERNALDB_DEP = { "registry.test/internaldb@v0": "v0.1.0", ...POSTGRES_DEP };
export const KIT_DEP = { "mini.test/kit@v0": "v0.1.0" };
export const WEB_DEP = { "mini.test/web@v1": "v1.0.0", ...KIT_DEP };
export const PLATWEB_DEP = { "mini.test/platweb@v0": "v0.1.0", ...WEB_DEP };

const PUBLISHED = [
  { path: "registry.test/postgres@v2", version: "v2.0.0", deps: {}, text: POSTGRES },
  { path: "registry.test/internaldb@v0", version: "v0.1.0", deps: POSTGRES_DEP, text: INTERNALDB },
  { path: "mini.test/kit@v0", version: "v0.1.0", deps: {}, text: KIT },
  { path: "mini.test/web@v1", version: "v1.0.0", deps: KIT_DEP, text: WEB },
  { path: "mini.test/platweb@v0", version: "v0.1.0", deps: WEB_DEP, text: PLATWEB },
];

export interface PublishedModules extends Modules {
  /** Writes a module with one package. */
  module(path: string, deps: Readonly<Record<string, string>>, text: string, more?: Readonly<Record<string, string>>): string;
  publish(path: string, version: string, deps: Readonly<Record<string, string>>, text: string): Promise<void>;
  /** The registry cannot be reached from here on, or can be again. */
  disconnect(): void;
  connect(): void;
}

/** A registry with the modules that tests build on, and a home for what uses them. */
export function usePublished(): PublishedModules {
  const registry = useRegistry();
  let connected = true;
  const modules = useModules(() => ({ CUE_REGISTRY: connected ? `${new URL(registry.server().url).host}/mods` : "127.0.0.1:1/mods" }));
  const published: PublishedModules = {
    ...modules,
    module: (path, deps, text, more = {}) => modules.write({ "module.cue": moduleFile(path, { deps }), "main.cue": text, ...more }),
    async publish(path, version, deps, text) {
      const directory = published.module(path, deps, text);
      await modules.judge(["mod", "publish", version], { directory });
    },
    connect() {
      connected = true;
    },
    disconnect() {
      connected = false;
    },
  };
  beforeAll(async () => {
    for (const { path, version, deps, text } of PUBLISHED) await published.publish(path, version, deps, text);
  }, HOOK_LIMIT);
  return published;
}
