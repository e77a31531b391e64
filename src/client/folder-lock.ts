import { constants, Database, SQLiteError } from "bun:sqlite";
import { access, constants as fileConstants, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { ClientError } from "./client-error.ts";
import { fileError } from "./content/files.ts";
import { pause } from "./transport/retry.ts";

/** The file in a folder that is locked while somebody changes the folder. It is no part of its content. */
export const FOLDER_LOCK = ".opm.lock";

/** Milliseconds to wait for another process, and between tries. */
const WAIT_LIMIT = 30_000;
const INTERVAL = 20;

const OPEN_FLAGS = constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_CREATE | constants.SQLITE_OPEN_NOFOLLOW;

/** Windows neither removes a file that is open, nor knows whether it has moved. */
const IS_WINDOWS = process.platform === "win32";

export interface FolderLockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for another process. Default: 30 000. */
  readonly limit?: number;
}

/**
 * Runs work that changes a folder, which must be there, while no other process and nothing else in this one does so under the same lock. The lock is
 * the operating system's, on the file `FOLDER_LOCK`: it ends with the process, however that ends. A file that was left over, by whatever, keeps nobody waiting.
 * @throws ClientError `general` when another process is at work for too long; `permission`, `not-found` when the folder cannot be written
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>, { signal, limit = WAIT_LIMIT }: FolderLockOptions = {}): Promise<T> {
  const place = await realpath(folder).catch((cause) => {
    throw fileError(`cannot change ${folder}`, cause);
  });
  const path = join(place, FOLDER_LOCK);
  const end = performance.now() + limit;
  for (;;) {
    const lock = await take(path);
    if (lock !== undefined) return await work().finally(() => release(path, lock));
    if (performance.now() >= end) throw new ClientError("general", `${folder} is being changed by another process: try again when that one is done`);
    await pause(INTERVAL * (0.5 + Math.random()), signal);
  }
}

/** Undefined where somebody has it. */
async function take(path: string, isTakeover = false): Promise<Database | undefined> {
  for (;;) {
    const lock = await openLock(path);
    const outcome = lockNow(lock);
    // who had it before has removed the file
    if (outcome === "locked" && !hasMoved(lock)) return lock;
    lock.close();
    if (outcome === "busy") return undefined;
    if (outcome === "useless" && (isTakeover || !(await removeUseless(path)))) return undefined;
  }
}

async function release(path: string, lock: Database): Promise<void> {
  if (!IS_WINDOWS) await rm(path, { force: true }).catch(() => {});
  lock.close();
  if (IS_WINDOWS) await rm(path, { force: true }).catch(() => {});
}

/** `useless`: the file is none that can be locked, such as one that has other content. */
function lockNow(lock: Database): "locked" | "busy" | "useless" {
  try {
    // a journal would be a second file
    lock.run("PRAGMA journal_mode = MEMORY");
    lock.run("BEGIN EXCLUSIVE");
    return "locked";
  } catch (error) {
    if (!(error instanceof SQLiteError)) throw error;
    if (error.code === "SQLITE_BUSY") return "busy";
    if (error.code === "SQLITE_NOTADB" || error.code === "SQLITE_READONLY" || error.code?.startsWith("SQLITE_CORRUPT") === true) return "useless";
    throw new ClientError("general", `cannot lock ${lock.filename}: ${error.message} (${error.code ?? error.errno})`, { cause: error });
  }
}

/** Removes what cannot be locked, unless somebody has it. Of several who find it one does so: the next would remove the lock of the first. */
async function removeUseless(path: string): Promise<boolean> {
  const own = `${path}.takeover`;
  const lock = await take(own, true);
  if (lock === undefined) return false;
  try {
    const found = await openLock(path);
    const isUseless = lockNow(found) === "useless" && !isRead(found);
    found.close();
    if (isUseless) await rm(path, { force: true });
    return true;
  } finally {
    await release(own, lock);
  }
}

/** True where somebody holds a lock on a file that may only be read. */
function isRead(lock: Database): boolean {
  try {
    lock.run("PRAGMA schema_version");
    return false;
  } catch (error) {
    return error instanceof SQLiteError && error.code === "SQLITE_BUSY";
  }
}

async function openLock(path: string): Promise<Database> {
  try {
    return new Database(path, OPEN_FLAGS);
  } catch (cause) {
    await access(join(path, ".."), fileConstants.W_OK | fileConstants.X_OK).catch((reason) => {
      throw fileError(`cannot write ${path}`, reason);
    });
    throw new ClientError("general", `cannot write ${path}: it is a link, a folder, or in a file system that is full; remove it`, { cause });
  }
}

function hasMoved(lock: Database): boolean {
  if (IS_WINDOWS) return false;
  const answer = new Int32Array(2);
  lock.fileControl(constants.SQLITE_FCNTL_HAS_MOVED, answer);
  return answer[0] !== 0;
}
