// Run by `npm ci`: builds the CUE helper where Go is. Without it everything but the module commands works, so nothing here fails.
import { relative } from "node:path";
import { buildHelper } from "./lib/build-helper.ts";

const build = await buildHelper();
if (build.path === undefined) {
  console.log(
    `opm: 'opm mod' is not available, as the CUE helper was not built: ${build.problem}${build.isGoMissing ? "; install Go 1.26 or later and run 'npm ci' again" : ""}`,
  );
} else if (build.wasBuilt) {
  console.log(`${relative(process.cwd(), build.path)}: built`);
}
