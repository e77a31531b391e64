import { isAbsolute, join, resolve } from "node:path";
import type { Environment } from "../client/environment.ts";
import { ModuleError } from "./helper/helper.ts";

/**
 * The folder that `cue` keeps modules in, absolute: `CUE_CACHE_DIR`, else `cue` in the cache of the user.
 * @throws ModuleError `invalid` where no variable says where that is
 */
export function moduleCacheFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  return resolve(env.CUE_CACHE_DIR || join(userCacheFolder(env, platform), "cue"));
}

/** As Go's `os.UserCacheDir` has it, which `cue` goes by. */
function userCacheFolder(env: Environment, platform: NodeJS.Platform): string {
  if (platform === "win32") return env.LocalAppData || env.LOCALAPPDATA || missing("LocalAppData");
  if (platform === "darwin") return join(env.HOME || missing("HOME"), "Library", "Caches");
  const named = env.XDG_CACHE_HOME;
  if (!named) return join(env.HOME || missing("HOME"), ".cache");
  if (isAbsolute(named)) return named;
  throw new ModuleError(
    "invalid",
    `XDG_CACHE_HOME is ${named}, which is no absolute path: modules have no cache; correct it, or set CUE_CACHE_DIR to a folder`,
  );
}

function missing(variable: string): never {
  throw new ModuleError("invalid", `${variable} is not set, so modules have no cache: set it, or CUE_CACHE_DIR to a folder`);
}
