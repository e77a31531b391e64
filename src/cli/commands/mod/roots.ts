import type { ModuleCommandSession } from "../../sessions/module.ts";

/** The versions that are named, else what the module around the folder requires. */
export async function rootsOf(
  session: Pick<ModuleCommandSession, "helper">,
  texts: readonly string[],
  { directory, allVersions = false }: { readonly directory: string; readonly allVersions?: boolean },
  signal: AbortSignal,
) {
  const { namedVersions } = await import("../../../modules/named-versions.ts");
  if (texts.length > 0) return await namedVersions(session, texts, { all: allVersions, signal });
  const [{ findModuleRoot }, { requirementsOf }] = await Promise.all([
    import("../../../modules/module-root.ts"),
    import("../../../modules/vendor/vendor-module.ts"),
  ]);
  return requirementsOf((await session.helper.call("moduleFile", { root: await findModuleRoot(directory) }, { signal })).file);
}
