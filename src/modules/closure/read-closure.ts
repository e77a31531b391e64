import type { ReadOptions } from "../../client/content/content.ts";
import { createLimiter } from "../../client/limiter.ts";
import { ModuleError } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import { type FindModule, type FoundModule, readModule } from "./module-source.ts";

/** Modules that are looked at at a time. */
const CONCURRENCY = 8;

/** Versions of modules that one set may have. */
const COUNT_LIMIT = 10_000;

export interface ClosureOptions extends ReadOptions {
  /** Only the modules that are named. */
  readonly alone?: boolean;
}

/**
 * Versions of modules with all that they require, however deep: what a registry must have so that they can be used. Dependencies
 * come before what requires them, except in circles.
 * @throws ClientError, ModuleError for the first that cannot be read
 */
export async function readClosure(find: FindModule, roots: readonly ModuleVersion[], { alone = false, ...read }: ClosureOptions = {}): Promise<FoundModule[]> {
  const limiter = createLimiter(CONCURRENCY);
  const reading = new Map<string, Promise<FoundModule>>();
  const visit = async (module: ModuleVersion): Promise<void> => {
    const key = keyOf(module);
    if (reading.has(key)) return;
    if (reading.size >= COUNT_LIMIT) throw new ModuleError("invalid", `these modules need more than ${COUNT_LIMIT} versions of modules`);
    const found = limiter.run(() => readModule(find, module, read));
    reading.set(key, found);
    const { dependencies } = (await found).file;
    if (!alone) await settle(dependencies.map(visit));
  };
  await settle(roots.map(visit));
  const modules = new Map<string, FoundModule>();
  for (const [key, found] of reading) modules.set(key, await found);
  return sort(roots, modules);
}

/** Waits for all, so that nothing goes on after an error. */
async function settle(tasks: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(tasks)) if (result.status === "rejected") throw result.reason;
}

function sort(roots: readonly ModuleVersion[], modules: ReadonlyMap<string, FoundModule>): FoundModule[] {
  const sorted: FoundModule[] = [];
  const seen = new Set<string>();
  // the depth of requirements is up to others: no recursion
  const open: { readonly key: string; readonly left: ModuleVersion[] }[] = [];
  const enter = (module: ModuleVersion) => {
    const key = keyOf(module);
    if (seen.has(key) || !modules.has(key)) return;
    seen.add(key);
    open.push({ key, left: byPath(modules.get(key)?.file.dependencies ?? []) });
  };
  for (const root of byPath(roots)) {
    enter(root);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const next = top.left.shift();
      if (next !== undefined) {
        enter(next);
        continue;
      }
      open.pop();
      const module = modules.get(top.key);
      if (module !== undefined) sorted.push(module);
    }
  }
  return sorted;
}

/** Equal sets come in equal order. */
function byPath(modules: readonly ModuleVersion[]): ModuleVersion[] {
  return [...modules].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

export function keyOf({ path, version }: ModuleVersion): string {
  return `${path} ${version}`;
}
