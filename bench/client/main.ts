// `npm run bench:client`: compares `opm pull` and `opm copy` with crane and skopeo, side by side. See docs/performance.md.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildExecutable } from "../../scripts/lib/build-executable.ts";
import { MEMORY_FOLDER } from "../memory-folder.ts";
import { findDebian, findGo } from "../tools.ts";
import { CASES } from "./cases.ts";
import { CLIENTS } from "./clients.ts";
import { measureClients } from "./measure.ts";
import { reportClients } from "./report.ts";

const CRANE = { source: "github.com/google/go-containerregistry/cmd/crane", version: "v0.22.1" } as const;

const USAGE = `Compares opm pull and opm copy with crane and skopeo, side by side on this machine.

npm run bench:client -- [options]
  --rounds <n>       times that each client does each task (default: 7)
  --only <name>      only cases whose name contains this (repeatable)
  --opm <file>       measure this executable instead of building one`;

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    rounds: { type: "string", default: "7" },
    only: { type: "string", multiple: true, default: [] },
    opm: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(USAGE);
else await bench(Number(values.rounds) || 7, values.only, values.opm);

async function bench(rounds: number, only: readonly string[], executable: string | undefined): Promise<void> {
  const opm = executable ?? (await buildExecutable());
  const find = { opm: async () => opm, crane: () => findGo("crane", CRANE), skopeo: () => findDebian("skopeo", "skopeo") } as const;
  const clients = [];
  for (const client of CLIENTS) {
    const path = await find[client.name]().catch((error: unknown) => {
      console.log(`SKIPPED ${client.name}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
    if (path !== undefined) clients.push({ client, command: [path] });
  }
  const cases = CASES.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
  const root = mkdtempSync(join(MEMORY_FOLDER, "opm-bench-"));
  try {
    const { figures, images } = await measureClients(cases, { clients, opm: [opm], root, rounds, say: (text) => console.error(text) });
    console.log(`\n${reportClients(cases, figures, images)}\n\n${rounds} rounds, ${cpus().length} CPUs`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
