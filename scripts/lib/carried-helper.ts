import { existsSync } from "node:fs";
import { relative } from "node:path";
import { buildHelper, GO_ADVICE, HELPER_PATH } from "./build-helper.ts";
import { ROOT } from "./root.ts";

/**
 * The CUE helper of this machine, for an executable to carry: built now, or without Go as it was built before. An executable without one
 * would fail much later, far from here.
 * @throws Error when there is none, in one line with what to do
 */
export async function carriedHelper(): Promise<string> {
  const build = await buildHelper();
  if (build.path !== undefined) return build.path;
  if (!build.isGoMissing) throw new Error(`the CUE helper, which the executable carries, cannot be built: ${build.problem}: ${GO_ADVICE}`);
  if (!existsSync(HELPER_PATH)) throw new Error(`the CUE helper, which the executable carries, is not built, and ${build.problem}: ${GO_ADVICE}`);
  console.error(`the executable carries ${relative(ROOT, HELPER_PATH)} as it was built before: ${build.problem}`);
  return HELPER_PATH;
}
