// `npm run bench:client`: compares `opm` with other clients of registries, side by side. See docs/performance.md.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildExecutable } from "../../scripts/lib/build-executable.ts";
import { MEMORY_FOLDER } from "../memory-folder.ts";
import { findDebian, findGo } from "../tools.ts";
import { CASES } from "./cases.ts";
import { CLIENTS, type ClientName } from "./clients.ts";
import { measureClients } from "./measure.ts";
import { reportClients } from "./report.ts";
import { reportStarts, STARTS } from "./starts.ts";

const CRANE = { source: "github.com/google/go-containerregistry/cmd/crane", version: "v0.22.1" } as const;
const ORAS = { source: "oras.land/oras/cmd/oras", version: "v1.3.6" } as const;
const REGCTL = { source: "github.com/regclient/regclient/cmd/regctl", version: "v0.11.7" } as const;

const USAGE = `Compares how opm starts, pulls and copies with crane, skopeo, oras and regctl, side by side on this machine.

npm run bench:client -- [options]
  --rounds <n>       times that each client does each task (default: 7)
  --starts <n>       times that each client is started for what takes hardly more than that (default: 40)
  --only <name>      only cases whose name contains this (repeatable)
  --client <name>    only opm and this client (repeatable)
  --opm <file>       measure this executable instead of building one
  --old <file>       compare with this executable of opm as well`;

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    rounds: { type: "string", default: "7" },
    starts: { type: "string", default: "40" },
    only: { type: "string", multiple: true, default: [] },
    client: { type: "string", multiple: true, default: [] },
    opm: { type: "string" },
    old: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(USAGE);
else await bench(values);

type Options = typeof values;

async function bench({ only, client: wanted, ...options }: Options): Promise<void> {
  const [rounds, startRounds] = [Number(options.rounds) || 7, Number(options.starts) || 40];
  const opm = resolve(options.opm ?? (await buildExecutable()));
  const find: Readonly<Record<ClientName, () => Promise<string | undefined>>> = {
    opm: async () => opm,
    old: async () => options.old && resolve(options.old),
    crane: () => findGo("crane", CRANE),
    skopeo: () => findDebian("skopeo", "skopeo"),
    oras: () => findGo("oras", ORAS),
    regctl: () => findGo("regctl", REGCTL),
  };
  const clients = [];
  for (const client of CLIENTS) {
    if (wanted.length > 0 && !["opm", "old", ...wanted].includes(client.name)) continue;
    const path = await find[client.name]().catch((error: unknown) => {
      console.log(`SKIPPED ${client.name}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
    if (path !== undefined) clients.push({ client, command: [path] });
  }
  const isWanted = ({ name }: { readonly name: string }) => only.length === 0 || only.some((part) => name.includes(part));
  const cases = CASES.filter(isWanted);
  const starts = STARTS.filter(isWanted);
  const root = mkdtempSync(join(MEMORY_FOLDER, "opm-bench-"));
  try {
    const measured = await measureClients(cases, { clients, opm: [opm], root, rounds, starts, startRounds, say: (text) => console.error(text) });
    if (starts.length > 0) console.log(`\n${reportStarts(measured.starts)}\n\n${startRounds} rounds`);
    if (cases.length > 0) console.log(`\n${reportClients(cases, measured.figures, measured.images)}\n\n${rounds} rounds, ${cpus().length} CPUs`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
