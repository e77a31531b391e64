import { accessSync, type BigIntStats, constants, lstatSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../client/environment.ts";
import { makeOwnFolder } from "./own-folder.ts";

/** Set by the build of the executable. */
declare const OPM_HELPER_SHA256: string | undefined;

/** Of the helper that this executable carries; undefined where it carries none, such as in the source tree. */
export const HELPER_SHA256: string | undefined = typeof OPM_HELPER_SHA256 === "string" ? OPM_HELPER_SHA256 : undefined;

/** The helper that this executable carries, where it was unpacked before and can be run as it is; undefined where that takes more. */
export function unpackedHelper(env: Environment): string | undefined {
  for (const folder of helperFolders(env)) {
    try {
      const unpacked = lookAt(folder);
      if (unpacked.isChecked) return runnable(unpacked);
    } catch {
      // who unpacks it says why it cannot be there
    }
  }
  return undefined;
}

/** Folders for it: in the cache of the user, else one of the user's own among the temporary files. None where there is nothing to unpack. */
export function* helperFolders(env: Environment): Generator<string> {
  if (HELPER_SHA256 === undefined) return;
  const home = userCache(env);
  if (home !== undefined) yield join(home, "opm", "helper", HELPER_SHA256);
  yield join(tmpdir(), `opm-helper-${process.getuid?.() ?? "user"}`, HELPER_SHA256);
}

function userCache(env: Environment): string | undefined {
  if (env.XDG_CACHE_HOME?.startsWith("/")) return env.XDG_CACHE_HOME;
  if (process.platform === "win32" && env.LOCALAPPDATA) return env.LOCALAPPDATA;
  return env.HOME ? join(env.HOME, ".cache") : undefined;
}

/** What is in a folder for the helper. */
export interface UnpackedHelper {
  readonly file: string;
  /** The file that says of which it was that the bytes were hashed. */
  readonly note: string;
  /** Undefined where there is no file. */
  readonly found: BigIntStats | undefined;
  /** Whether that is the file which was hashed. */
  readonly isChecked: boolean;
}

/** @throws Error where others could put something else in its place */
export function lookAt(folder: string): UnpackedHelper {
  const file = join(makeOwnFolder(folder), process.platform === "win32" ? "opm-cue.exe" : "opm-cue");
  const note = `${file}.checked`;
  const found = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return { file, note, found, isChecked: found !== undefined && isNoted(note, found) };
}

/** @throws Error also for every file of a disk that may not run programs */
export function runnable({ file }: Pick<UnpackedHelper, "file">): string {
  accessSync(file, constants.X_OK);
  return file;
}

function isNoted(note: string, found: BigIntStats): boolean {
  try {
    return found.isFile() && readFileSync(note, "utf8") === stampOf(found);
  } catch {
    return false;
  }
}

/** What changes when somebody writes to a file, or puts another in its place. */
export function stampOf({ dev, ino, ctimeNs, mtimeNs, size, mode, uid }: BigIntStats): string {
  return [dev, ino, ctimeNs, mtimeNs, size, mode, uid].join(" ");
}
