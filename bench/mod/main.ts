// `npm run bench:mod`: compares `opm mod` with cue, side by side. See docs/performance.md.
import { mkdtempSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildExecutable } from "../../scripts/lib/build-executable.ts";
import { buildHelper } from "../../scripts/lib/build-helper.ts";
import { ROOT } from "../../scripts/lib/root.ts";
import { findTool } from "../../test/support/tools.ts";
import { MEMORY_FOLDER } from "../memory-folder.ts";
import { CASES } from "./cases.ts";
import { measureModules, type Subject } from "./measure.ts";
import { reportModules } from "./report.ts";
import { openStage } from "./stage.ts";

const USAGE = `Compares opm mod with cue, side by side on this machine.

npm run bench:mod -- [options]
  --rounds <n>       times that each does a small task (default: 20); large ones take fewer
  --only <name>      only cases whose name contains this (repeatable)
  --dist             the executable as well, which is built first
  --opm <file>       measure this executable, in place of one that is built`;

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    rounds: { type: "string", default: "20" },
    only: { type: "string", multiple: true, default: [] },
    dist: { type: "boolean", default: false },
    opm: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(USAGE);
else await bench(Number(values.rounds) || 20, values.only);

async function bench(rounds: number, only: readonly string[]): Promise<void> {
  const { path: cue, problem, command } = await findTool("cue");
  if (cue === undefined) throw new Error(`cue is missing (${problem}): ${command}`);
  await buildHelper();
  const source = [process.execPath, join(ROOT, "src", "main.ts")];
  const executable = values.opm === undefined ? (values.dist ? await buildExecutable() : undefined) : resolve(values.opm);
  const subjects: Subject[] = [
    { name: "cue", command: [cue] },
    { name: "opm", command: source },
    ...(executable === undefined ? [] : [{ name: "dist/opm", command: [executable] } as const]),
  ];
  const cases = CASES.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
  const stage = await openStage(mkdtempSync(join(MEMORY_FOLDER, "opm-bench-")), { cue, opm: source });
  try {
    const figures = await measureModules(cases, stage, { subjects, rounds, say: (text) => console.error(text) });
    console.log(`\n${reportModules(cases, figures)}\n\n${rounds} rounds, ${cpus().length} CPUs`);
  } finally {
    await stage.stop();
  }
}
