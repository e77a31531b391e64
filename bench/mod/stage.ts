import { chmod, cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startRegistry } from "../client/registries.ts";
import { LATENCY, type ModuleCase } from "./cases.ts";
import { LARGE, SMALL, writeModule } from "./generate-module.ts";
import { publishGraph, TOP, TOP_VERSION, VERSION, writeMember } from "./publish-graph.ts";
import { type Place, runCommand } from "./run-command.ts";
import { startSlowProxy } from "./slow-proxy.ts";

/** The registries, the modules and the caches that commands work with. */
export interface Stage {
  /** Prepares a run: an environment and, where files change, a copy of the module of its own. */
  prepare(each: ModuleCase): Promise<Place>;
  stop(): Promise<void>;
}

/** @param opm the command that serves the registry */
export async function openStage(root: string, { cue, opm }: { readonly cue: string; readonly opm: readonly string[] }): Promise<Stage> {
  await writeModule(join(root, "small"), { objects: SMALL });
  await writeModule(join(root, "large"), { objects: LARGE });
  const registry = await startRegistry(opm, join(root, "registry"));
  const far = await startSlowProxy(registry.port, LATENCY);
  const close = async () => {
    far.close();
    await registry.stop();
    await removeReadOnly(root);
  };
  try {
    return { prepare: await prepareModules(root, { cue, near: registry.address, far: far.host }), stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Setting {
  readonly cue: string;
  readonly near: string;
  readonly far: string;
}

async function prepareModules(root: string, { cue, ...hosts }: Setting): Promise<Stage["prepare"]> {
  await mkdir(join(root, "home"));
  const environment = (cache: string, host: string) => ({
    HOME: join(root, "home"),
    DOCKER_CONFIG: join(root, "home"),
    CUE_CACHE_DIR: join(root, cache),
    CUE_REGISTRY: `${host}+insecure`,
  });
  const near = environment("cache", hosts.near);
  const run = (directory: string, ...args: readonly string[]) => runCommand([cue, ...args], { directory, environment: near });
  const published = join(root, "published");
  await publishGraph(published, async (module) => {
    await run(module, "mod", "tidy");
    await run(module, "mod", "publish", VERSION);
  });
  const [consumer, graph] = [await writeMember(root, "bench.test/consumer@v0", []), await writeMember(root, "bench.test/graph@v0", [])];
  for (const name of ["consumer", "graph"]) await writeFile(join(root, name, `${name}.cue`), `package ${name}\n\nimport "${TOP}"\n\ntop.number\n`);
  await run(graph, "mod", "get", TOP_VERSION);
  await run(graph, "mod", "tidy");
  const folders = { small: join(root, "small"), large: join(root, "large"), graph, consumer };
  let runs = 0;
  let own: string | undefined;
  return async (each) => {
    if (own !== undefined) await removeReadOnly(own);
    own = undefined;
    if (each.module !== "consumer") return { directory: folders[each.module], environment: near };
    const name = `run-${runs++}`;
    own = join(root, name);
    await cp(folders.consumer, join(own, "consumer"), { recursive: true });
    return { directory: join(own, "consumer"), environment: each.isCold === true ? environment(join(name, "cache"), hosts.far) : near };
  };
}

/** What the module cache has cannot be written to. */
async function removeReadOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o700);
  }
  await rm(folder, { recursive: true, force: true });
}
