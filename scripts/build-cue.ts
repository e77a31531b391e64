// `npm run build:cue`: builds the CUE helper. `npm ci` runs it, too, and goes on where it fails: all but modules works without Go.
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { buildHelper, GO_ADVICE, HELPER_PATH } from "./lib/build-helper.ts";

const build = await buildHelper();
if (build.path === undefined) {
  const effect = existsSync(HELPER_PATH)
    ? "the CUE helper was not built anew"
    : "the CUE helper was not built, which 'opm mod' and 'npm run build' need (the registry and all other commands do not)";
  console.error(`opm: ${effect}: ${build.problem}: ${GO_ADVICE.replace("the command", "'npm run build:cue'")}`);
  process.exitCode = 1;
} else if (build.wasBuilt) {
  console.log(`${relative(process.cwd(), build.path)}: built`);
}
