// Runs commands one after the other in this process, and writes their exit codes as JSON: a process for each would take minutes.
// Arguments: a JSON file with the commands, a file for the codes.
import { run } from "../../src/cli/run.ts";

const [commands = "", codes = ""] = process.argv.slice(2);
const results: number[] = [];
for (const args of (await Bun.file(commands).json()) as readonly (readonly string[])[]) {
  console.error(`== opm ${args.join(" ")}`);
  results.push(await run(args));
}
await Bun.write(codes, JSON.stringify(results));
