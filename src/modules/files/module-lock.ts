import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileError } from "../../client/content/files.ts";
import { pause } from "../../client/transport/retry.ts";
import { ModuleError } from "../helper/helper.ts";
import { MODULE_FOLDER } from "../module-root.ts";

/** The file that is there while somebody changes the files of a module. It has no place in a published module. */
export const LOCK_FILE = `${MODULE_FOLDER}/.opm.lock`;

/** Milliseconds to wait for another process, and between looks. */
const WAIT_LIMIT = 30_000;
const INTERVAL = 50;

/** Milliseconds after which a lock of another machine, whose process cannot be asked for, is left over. */
const STALE_AFTER = 10 * 60_000;

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for another process. Default: 30 000. */
  readonly limit?: number;
}

/**
 * Runs work that changes the files of a module, while no other process does so. What a process left that was ended is taken over.
 * @throws ModuleError `general` when another process is at work for too long; ClientError when the folder cannot be written
 */
export async function withModuleLock<T>(root: string, work: () => Promise<T>, { signal, limit = WAIT_LIMIT }: LockOptions = {}): Promise<T> {
  const path = join(root, LOCK_FILE);
  const end = performance.now() + limit;
  while (!(await take(path))) {
    const holder = await staleOrHolder(path);
    if (holder === undefined) continue;
    if (performance.now() >= end) {
      throw new ModuleError("general", `${root} is changed by another process (${holder}): try again later, or remove ${path} when that one is gone`);
    }
    await pause(INTERVAL, signal);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** False where somebody has it. */
async function take(path: string): Promise<boolean> {
  try {
    await mkdir(join(path, ".."), { recursive: true });
    const file = await open(path, "wx");
    try {
      await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    } finally {
      await file.close();
    }
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    throw fileError(`cannot change the module: cannot write ${path}`, cause);
  }
}

/** Who has the lock; undefined where nobody does any more. */
async function staleOrHolder(path: string): Promise<string | undefined> {
  const [text, found] = await Promise.all([readFile(path, "utf8").catch(() => undefined), stat(path).catch(() => undefined)]);
  if (text === undefined || found === undefined) return undefined;
  const { pid, host } = parse(text);
  const age = Date.now() - found.mtimeMs;
  // its text follows its name
  const isWritten = pid !== undefined || age > 1000;
  const isGone = host === hostname() ? pid === undefined || !isRunning(pid) : age > STALE_AFTER;
  if (!isWritten || !isGone) return pid === undefined ? "unknown" : `process ${pid}${host === hostname() ? "" : ` on ${host}`}`;
  await removeSame(path, found.ino);
  return undefined;
}

/** Of several that take a lock over, one removes it: not the one that another has made anew. */
async function removeSame(path: string, inode: number): Promise<void> {
  const now = await stat(path).catch(() => undefined);
  if (now?.ino === inode) await rm(path, { force: true });
}

function parse(text: string): { readonly pid?: number; readonly host?: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return {};
    const pid = "pid" in value && typeof value.pid === "number" ? { pid: value.pid } : {};
    return { ...pid, ...("host" in value && typeof value.host === "string" && { host: value.host }) };
  } catch {
    return {};
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
