import { ModuleError } from "./helper/helper.ts";
import type { ModuleVersion } from "./helper/protocol.ts";
import { basePathProblem, isMajor, splitModulePath } from "./module-path.ts";
import type { ModuleSession } from "./module-session.ts";
import { isModuleVersion } from "./module-version.ts";

export interface SelectOptions {
  /** `path` and `path@vN` stand for all of their versions. */
  readonly all?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The versions that are named: `path@vX.Y.Z`, or with `all` also `path@vN` and `path`.
 * @throws ModuleError `invalid` for what names none, `not-found` where a module has none
 */
export async function namedVersions(
  { helper }: Pick<ModuleSession, "helper">,
  texts: readonly string[],
  { all = false, signal }: SelectOptions = {},
): Promise<ModuleVersion[]> {
  const selected = await Promise.all(texts.map((text) => select(helper, text, { all, ...(signal && { signal }) })));
  const known = new Map(selected.flat().map((module) => [`${module.path} ${module.version}`, module]));
  return [...known.values()];
}

async function select(helper: ModuleSession["helper"], text: string, { all, signal }: SelectOptions): Promise<ModuleVersion[]> {
  const { base, major: said } = splitModulePath(text);
  const problem = basePathProblem(base);
  if (problem !== undefined) throw new ModuleError("invalid", `'${text}' is no module: ${problem}`);
  if (said !== undefined && isModuleVersion(said)) return [versionOf(base, said)];
  const isWhole = said === undefined || isMajor(said);
  if (!isWhole || all !== true) {
    throw new ModuleError(
      "invalid",
      `'${text}' does not say which version: give ${base}@vX.Y.Z${isWhole ? ", or --all-versions" : ""}; 'opm mod versions ${base}' lists them`,
    );
  }
  const { versions } = await helper.call("versions", { path: text }, signal === undefined ? {} : { signal });
  const found = versions.filter((version) => isModuleVersion(version) && (said === undefined || version.startsWith(`${said}.`)));
  if (found.length === 0) throw new ModuleError("not-found", `${text} has no versions, or they are not visible to this user`);
  return found.map((version) => versionOf(base, version));
}

function versionOf(base: string, version: string): ModuleVersion {
  return { path: `${base}@${version.split(".")[0]}`, version };
}
