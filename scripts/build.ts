// `npm run build`: one standalone executable, dist/opm.
import { statSync } from "node:fs";
import { relative } from "node:path";
import { buildExecutable } from "./lib/build-executable.ts";

const path = await buildExecutable();
console.log(`${relative(process.cwd(), path)}: ${Math.round(statSync(path).size / 2 ** 20)} MiB`);
