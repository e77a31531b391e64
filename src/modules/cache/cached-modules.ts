import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isModuleVersion } from "../module-version.ts";

/** What the module cache has of a module version. */
export interface CachedModule {
  /** With major: `lib.test/base@v1`. */
  readonly path: string;
  readonly version: string;
  /** Module file, archive and extracted files. */
  readonly bytes: number;
  /** Milliseconds since the epoch: when the last part of it came. */
  readonly fetchedAt: number;
  /** False where only the module file is there, which is all that many dependencies are asked for. */
  readonly complete: boolean;
}

interface Parts {
  bytes: number;
  fetchedAt: number;
  complete: boolean;
}

/**
 * The module versions in a cache folder of `cue`, sorted; empty where there is no folder. Read as it is: nothing is verified.
 * @throws the error of the file system where the folder cannot be read
 */
export async function listCachedModules(cache: string): Promise<CachedModule[]> {
  const found = new Map<string, Parts>();
  const partsOf = (base: string, version: string) => {
    const key = `${base} ${version}`;
    const parts = found.get(key) ?? { bytes: 0, fetchedAt: 0, complete: false };
    found.set(key, parts);
    return parts;
  };
  await walk(join(cache, "mod", "download"), "", async (folder, entry) => {
    const [, base] = /^(.+)\/@v$/.exec(folder) ?? [];
    const [, version, kind] = /^(.+)\.(mod|zip)$/.exec(entry.name) ?? [];
    if (base === undefined || version === undefined || !entry.isFile() || !isModuleVersion(unescaped(version))) return entry.isDirectory();
    const { size, mtimeMs } = await lstat(join(cache, "mod", "download", folder, entry.name));
    const parts = partsOf(base, unescaped(version));
    parts.bytes += size;
    parts.fetchedAt = Math.max(parts.fetchedAt, mtimeMs);
    parts.complete ||= kind === "zip";
    return false;
  });
  await walk(join(cache, "mod", "extract"), "", async (folder, entry) => {
    const at = entry.name.lastIndexOf("@");
    const version = unescaped(entry.name.slice(at + 1));
    if (!entry.isDirectory() || at <= 0 || !isModuleVersion(version)) return entry.isDirectory();
    const base = [folder, entry.name.slice(0, at)].filter((part) => part !== "").join("/");
    const path = join(cache, "mod", "extract", folder, entry.name);
    const parts = partsOf(base, version);
    parts.fetchedAt = Math.max(parts.fetchedAt, (await lstat(path)).mtimeMs);
    await walk(path, "", async (inside, file) => {
      if (file.isFile()) parts.bytes += (await lstat(join(path, inside, file.name))).size;
      return file.isDirectory();
    });
    return false;
  });
  return [...found].map(([key, parts]) => named(key, parts)).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.version < b.version ? -1 : 1));
}

function named(key: string, parts: Parts): CachedModule {
  const [base = "", version = ""] = key.split(" ");
  return { path: `${base}@${version.split(".", 1)[0]}`, version, ...parts };
}

/** In the names of files `!x` stands for an upper-case letter. */
function unescaped(name: string): string {
  return name.replaceAll(/!([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Walks a folder; `visit` says whether to go into what it is shown. What vanishes meanwhile is skipped. */
async function walk(root: string, folder: string, visit: (folder: string, entry: Dirent) => Promise<boolean>): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(ifGone([]));
  for (const entry of entries) {
    const isFolder = await visit(folder, entry).catch(ifGone(false));
    if (isFolder) await walk(root, folder === "" ? entry.name : `${folder}/${entry.name}`, visit);
  }
}

function ifGone<T>(value: T) {
  return (error: unknown): T => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return value;
    throw error;
  };
}
