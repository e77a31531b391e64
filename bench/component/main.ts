// `npm run bench:component`: compares `opm component transfer` with skopeo on the same bytes as an image. See docs/performance.md.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildExecutable } from "../../scripts/lib/build-executable.ts";
import { MEMORY_FOLDER } from "../memory-folder.ts";
import { findDebian } from "../tools.ts";
import { CASES, type ClientName } from "./cases.ts";
import { measureComponents } from "./measure.ts";
import { reportComponents } from "./report.ts";

const USAGE = `Compares opm component transfer with skopeo copy: a component with 200 local blobs, 1 GiB in all, and an image of the same bytes.

npm run bench:component -- [options]
  --rounds <n>       times that each client does each task (default: 3)
  --only <name>      only cases whose name contains this (repeatable)
  --disk             on the disk, not in memory; takes 5 GiB in either
  --opm <file>       measure this executable instead of building one`;

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    rounds: { type: "string", default: "3" },
    only: { type: "string", multiple: true, default: [] },
    disk: { type: "boolean", default: false },
    opm: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(USAGE);
else await bench(Number(values.rounds) || 3, values.only);

async function bench(rounds: number, only: readonly string[]): Promise<void> {
  const clients = new Map<ClientName, string>([["opm", resolve(values.opm ?? (await buildExecutable()))]]);
  try {
    clients.set("skopeo", await findDebian("skopeo", "skopeo"));
  } catch (error) {
    console.log(`SKIPPED skopeo: ${error instanceof Error ? error.message : String(error)}`);
  }
  const cases = CASES.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
  const root = mkdtempSync(join(values.disk ? tmpdir() : MEMORY_FOLDER, "opm-bench-"));
  try {
    const figures = await measureComponents(cases, { clients, root, rounds, say: (text) => console.error(text) });
    console.log(`\n${reportComponents(cases, figures)}\n\n${rounds} rounds, ${cpus().length} CPUs`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
