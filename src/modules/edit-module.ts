import { withModuleLock } from "./files/module-lock.ts";
import { writeModuleTexts } from "./files/write-texts.ts";
import { ModuleError } from "./helper/helper.ts";
import type { HelperParams } from "./helper/protocol.ts";
import { splitModulePath } from "./module-path.ts";
import type { ModuleSession } from "./module-session.ts";

/** What to change in the files of a module; null takes away. */
export type ModuleEdits = Omit<HelperParams<"edit">, "root">;

interface Call {
  readonly root: string;
  readonly signal?: AbortSignal;
}

/** Changes the files of a module. @returns those that were written or removed. @throws ModuleError `invalid` for what would be wrong in them */
export async function editModule({ helper }: Pick<ModuleSession, "helper">, edits: ModuleEdits, { root, signal }: Call): Promise<string[]> {
  return await withModuleLock(root, async () => writeModuleTexts(root, await helper.call("edit", { root, ...edits }, signal === undefined ? {} : { signal })));
}

/** Brings an old module file up to date. @returns the files that were written */
export async function fixModule({ helper }: Pick<ModuleSession, "helper">, { root, signal }: Call): Promise<string[]> {
  return await withModuleLock(root, async () => writeModuleTexts(root, await helper.call("fix", { root }, signal === undefined ? {} : { signal })));
}

/** Reads `path@vX.Y.Z`. @throws ModuleError `invalid` */
export function parseRequirement(text: string): { readonly path: string; readonly version: string } {
  const { base, major: version } = splitModulePath(text);
  const [, major] = /^(v[0-9]+)\.[0-9]+\.[0-9]+/.exec(version ?? "") ?? [];
  if (version !== undefined && major !== undefined) return { path: `${base}@${major}`, version };
  throw new ModuleError("invalid", `'${text}' does not say which version is required: give path@vX.Y.Z, such as example.com/lib@v1.2.0`);
}

/** Reads `path=replacement`, of which the first has a major and the second is a folder or a module path. @throws ModuleError `invalid` */
export function parseReplacement(text: string): { readonly path: string; readonly with: string } {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return { path: text.slice(0, at), with: text.slice(at + 1) };
  throw new ModuleError("invalid", `'${text}' does not say what replaces what: give path@vN=./folder or path@vN=other@vN`);
}
