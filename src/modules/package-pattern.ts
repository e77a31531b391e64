import { isAbsolute, relative, resolve, sep } from "node:path";
import { ModuleError } from "./helper/helper.ts";

export interface PatternPlace {
  /** The root of the module. */
  readonly root: string;
  /** The folder that names of folders start from. */
  readonly from: string;
}

/**
 * A package as the helper wants it: a folder (`.`, `./sub/...`, `./sub:name`) starts from the module's root; an import path stays.
 * @throws ModuleError `invalid` for a folder outside of the module
 */
export function packagePattern(name: string, { root, from }: PatternPlace): string {
  if (!name.startsWith(".") && !isAbsolute(name)) return name;
  const [, folder = name, rest = ""] = /^(.*?)((?:\/\.\.\.)?(?::[^:/]*)?)$/.exec(name) ?? [];
  const path = relative(root, resolve(from, folder));
  if (path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path)) throw new ModuleError("invalid", `${name} is not in the module ${root}`);
  return `${path === "" ? "." : `./${path.split(sep).join("/")}`}${rest}`;
}
