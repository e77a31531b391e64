import { lstat, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/**
 * Whether everything on the way from `root` to `folder` that is there already lies inside `root`: a link may lead out of it, or nowhere.
 * Nothing is made.
 * @param root as `realpath` gives it
 * @param folder below `root` by its name
 */
export async function leadsInside(root: string, folder: string): Promise<boolean> {
  let path = root;
  for (const name of relative(root, folder).split(sep)) {
    if (name === "") continue;
    path = join(path, name);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return true;
    const real = found.isSymbolicLink() ? await realpath(path).catch(() => undefined) : path;
    if (real === undefined || !isInside(root, real)) return false;
    path = real;
  }
  return true;
}

/** Whether a path is `root` or below it, by their names. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

/**
 * True for a symbolic link in a folder that could lead out of it once it is followed. Only steps up at the beginning of a target are
 * taken: after a step down, which may be a link itself, nobody can say where a step up leads.
 * @param path of the link below the folder, e.g. `bin/tool`
 */
export function leadsOut(path: string, target: string): boolean {
  if (target === "" || target.startsWith("/") || target.includes("\\") || target.includes("\0")) return true;
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const down = parts.findIndex((part) => part !== "..");
  const ups = down < 0 ? parts.length : down;
  return ups > path.split("/").length - 1 || parts.slice(ups).includes("..");
}
