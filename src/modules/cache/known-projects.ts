import { mkdirSync, writeFileSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Helper } from "../helper/helper.ts";
import { MODULE_FOLDER } from "../module-root.ts";

/** Bytes: paths are shorter. */
const RECORD_LIMIT = 64 * 1024;

/** Where the folders of projects are noted, a file each, so that processes do not get in each other's way. */
function recordsFolder(home: string): string {
  return join(home, ".opm", "projects");
}

/**
 * Notes that `opm` works on a module, so that what it needs stays in the cache. A note that cannot be made is not missed.
 * @param root the module's folder, absolute
 */
export function rememberProject(home: string | undefined, root: string): void {
  if (!home) return;
  const folder = recordsFolder(home);
  const name = new Bun.CryptoHasher("sha256").update(root).digest("hex").slice(0, 32);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `${root}\n`, { flag: "wx" });
  } catch {
    // it is there already, or the home cannot be written
  }
}

/** The folders of all modules that `opm` worked on and that are still there. Notes on others are removed. */
export async function knownProjects(home: string | undefined): Promise<string[]> {
  if (!home) return [];
  const folder = recordsFolder(home);
  const names = await readdir(folder).catch(() => []);
  const roots = await Promise.all(names.map((name) => readRecord(join(folder, name))));
  return [...new Set(roots.filter((root) => root !== undefined))].sort();
}

async function readRecord(path: string): Promise<string | undefined> {
  const { size } = await stat(path).catch(() => ({ size: Number.POSITIVE_INFINITY }));
  if (size > RECORD_LIMIT) return undefined;
  const root = (await readFile(path, "utf8").catch(() => "")).trim();
  if (root !== "" && (await isModule(root))) return root;
  await rm(path, { force: true }).catch(() => {});
  return undefined;
}

/** A folder that cannot be looked at for now counts as one. */
async function isModule(root: string): Promise<boolean> {
  return await stat(join(root, MODULE_FOLDER, "module.cue")).then(
    () => true,
    (error: unknown) => !(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")),
  );
}

/** A helper that notes the modules it is asked to work on: what they need is not removed from the cache. */
export function rememberProjects(helper: Helper, home: string | undefined): Helper {
  const known = new Set<string>();
  const note = (params: object) => {
    const root = "root" in params && typeof params.root === "string" ? params.root : undefined;
    if (root === undefined || known.has(root)) return;
    known.add(root);
    rememberProject(home, root);
  };
  return {
    async call(method, params, options) {
      const result = helper.call(method, params, options);
      note(params);
      return await result;
    },
    async stream(method, params, options) {
      const result = helper.stream(method, params, options);
      note(params);
      return await result;
    },
    close: () => helper.close(),
  };
}
