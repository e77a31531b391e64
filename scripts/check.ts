// `npm run check`: type check and lint. `npm run check -- --latest-cue[=QUERY]`: tries the CUE helper with the newest CUE instead.
import { parseArgs } from "node:util";
import { runChecks } from "./lib/checks.ts";
import { tryCue } from "./lib/latest-cue.ts";

/** The release of CUE to try, where one is named; an option without a value means the newest. @throws TypeError at anything else */
function askedCue(args: readonly string[]): string | undefined {
  const { values } = parseArgs({
    args: args.map((arg) => (arg === "--latest-cue" ? "--latest-cue=latest" : arg)),
    options: { "latest-cue": { type: "string" } },
  });
  return values["latest-cue"];
}

async function main(): Promise<boolean> {
  try {
    const query = askedCue(process.argv.slice(2));
    const { failed } = await (query === undefined ? runChecks() : tryCue(query));
    return failed === 0;
  } catch (error) {
    console.log(`npm run check: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

process.exitCode = (await main()) ? 0 : 1;
