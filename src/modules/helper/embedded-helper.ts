import { accessSync, constants, lstatSync, mkdirSync } from "node:fs";
import { chmod, open, readFile, rename, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Environment } from "../../client/environment.ts";
import { ModuleError } from "./helper.ts";

/** Set by the build of the executable. */
declare const OPM_HELPER_SHA256: string | undefined;

/** What the build of the executable names it. */
const ASSET = "opm-cue.helper";

/**
 * Seconds since the epoch: the time of change that the file gets when its bytes were checked. Whatever writes to it afterwards
 * changes the time, and the bytes are checked again.
 */
const CHECKED_TIME = 1;

/**
 * The file of the helper that this executable carries, unpacked into the user's cache the first time; undefined where it carries
 * none, such as in the source tree.
 * @throws ModuleError `general` where no folder takes it
 */
export async function embeddedHelper(env: Environment): Promise<string | undefined> {
  const sha256 = typeof OPM_HELPER_SHA256 === "string" ? OPM_HELPER_SHA256 : undefined;
  if (sha256 === undefined) return undefined;
  const asset = Bun.embeddedFiles.find((file) => "name" in file && String(file.name).endsWith(ASSET));
  if (asset === undefined) return undefined;
  const content = { sha256, size: asset.size, read: () => asset.bytes() };
  let failure: unknown;
  for (const folder of cacheFolders(env)) {
    try {
      return await unpackOnce(join(folder, sha256), content);
    } catch (error) {
      failure = error;
    }
  }
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new ModuleError("general", `the CUE helper cannot be unpacked: ${reason}: set XDG_CACHE_HOME to a folder that can be written`, { cause: failure });
}

/** Where it may go: the cache of the user, else a folder of the user's own among the temporary files. */
function* cacheFolders(env: Environment): Generator<string> {
  const home = userCache(env);
  if (home !== undefined) yield join(home, "opm", "helper");
  yield join(tmpdir(), `opm-helper-${process.getuid?.() ?? "user"}`);
}

function userCache(env: Environment): string | undefined {
  if (env.XDG_CACHE_HOME?.startsWith("/")) return env.XDG_CACHE_HOME;
  if (process.platform === "win32" && env.LOCALAPPDATA) return env.LOCALAPPDATA;
  return env.HOME ? join(env.HOME, ".cache") : undefined;
}

export interface HelperContent {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly read: () => Promise<Uint8Array>;
}

/**
 * The file with this content in a folder that is the user's alone. Its bytes are looked at when it is new or was touched; else its
 * size and its time say that it is what was checked.
 */
export async function unpackOnce(folder: string, content: HelperContent): Promise<string> {
  const file = join(folder, process.platform === "win32" ? "opm-cue.exe" : "opm-cue");
  const found = lstatSync(file, { throwIfNoEntry: false });
  const isChecked = found?.isFile() && found.size === content.size && found.mtimeMs === CHECKED_TIME * 1000 && isOurs(folder);
  if (!isChecked) {
    makeOwnFolder(folder);
    if (found?.isFile() && (await hashOf(file)) === content.sha256) await seal(file);
    else await unpack(file, content);
  }
  // also false for every file of a disk that may not run programs
  accessSync(file, constants.X_OK);
  return file;
}

function makeOwnFolder(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isOurs(folder)) throw new Error(`${folder} is a folder that others may write to`);
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined || !found.isDirectory()) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
}

async function unpack(file: string, { sha256, read }: HelperContent): Promise<void> {
  const bytes = await read();
  if (sha256Of(bytes) !== sha256) throw new Error("this executable is damaged: get it anew");
  const partial = `${file}.${process.pid}.${crypto.randomUUID()}`;
  try {
    const handle = await open(partial, "wx", 0o700);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await seal(partial);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    // a file that runs cannot be replaced everywhere; one that is right need not be
    if ((await hashOf(file).catch(() => undefined)) !== sha256) throw error;
  }
}

async function seal(file: string): Promise<void> {
  await chmod(file, 0o700);
  await utimes(file, CHECKED_TIME, CHECKED_TIME);
}

async function hashOf(file: string): Promise<string> {
  return sha256Of(await readFile(file));
}

function sha256Of(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
