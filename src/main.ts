#!/usr/bin/env bun
import { endAhead, startAhead } from "./cli/ahead.ts";

const args = process.argv.slice(2);
startAhead(args);
const { run } = await import("./cli/run.ts");
process.exitCode = await run(args);
endAhead();
