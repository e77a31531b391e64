// Run by `npm ci`: builds the CUE helper where Go is. Without it everything but the module commands works, so nothing here fails.
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { buildHelper, HELPER_PATH } from "./lib/build-helper.ts";

const build = await buildHelper();
if (build.path === undefined) {
  const effect = existsSync(HELPER_PATH) ? "the CUE helper was not built anew" : "'opm mod' is not available, as the CUE helper was not built";
  console.log(`opm: ${effect}: ${build.problem}${build.isGoMissing ? "; install Go 1.26 or later and run 'npm ci' again" : ""}`);
} else if (build.wasBuilt) {
  console.log(`${relative(process.cwd(), build.path)}: built`);
}
