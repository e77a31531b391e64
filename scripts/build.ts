// `npm run build`: one standalone executable, dist/opm.
import { statSync } from "node:fs";
import { relative } from "node:path";
import { buildExecutable } from "./lib/build-executable.ts";

try {
  const path = await buildExecutable();
  console.log(`${relative(process.cwd(), path)}: ${Math.round(statSync(path).size / 2 ** 20)} MiB`);
} catch (error) {
  console.error(`opm: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
