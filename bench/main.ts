// `npm run bench`: compares opm with other registries, side by side. See docs/performance.md.
import { mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { CASES, type Case } from "./cases.ts";
import { measureGroup, type Samples } from "./measure.ts";
import { measureMemory } from "./memory.ts";
import { type BenchOptions, parseOptions, USAGE } from "./options.ts";
import { report } from "./report.ts";
import { findTools } from "./tools.ts";

const RESULTS = join(import.meta.dir, "results");

const options = readOptions();
if (options !== undefined) await bench(options);

function readOptions(): BenchOptions | undefined {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options !== "help") return options;
    console.log(USAGE);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exitCode = 2;
  }
  return undefined;
}

async function bench(options: BenchOptions): Promise<void> {
  const started = Date.now();
  const { servers, wrk, load, problems } = await findTools(options.subjects);
  for (const problem of problems) console.log(problem);
  const { rounds, seconds } = options;
  const chosen = new Map([...servers].filter(([name]) => options.subjects.includes(name)));
  const tools = { servers: chosen, wrk: wrk ?? "", load: load ?? "", rounds, seconds, say: (text: string) => console.error(text) };
  const wanted = (name: string) => options.only.length === 0 || options.only.some((part) => name.includes(part));
  const cases = wrk === undefined || load === undefined ? [] : CASES.filter(({ name }) => wanted(name));
  const samples: Samples = new Map();
  for (const group of ["reads", "pushes", "disk"] as const) {
    const some = cases.filter((each: Case) => each.group === group);
    if (some.length === 0) continue;
    for (const [name, figures] of await measureGroup(some, tools)) samples.set(name, figures);
  }
  const memory = load !== undefined && wanted("memory") ? await measureMemory(tools) : new Map();
  const minutes = (Date.now() - started) / 60_000;
  console.log(`\n${report(cases, samples, memory)}\n\n${rounds} rounds of ${seconds} s, ${cpus().length} CPUs, ${minutes.toFixed(1)} minutes`);
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${new Date().toISOString().replaceAll(":", "-").slice(0, 19)}.json`);
  const figures = Object.fromEntries([...samples].map(([name, taken]) => [name, Object.fromEntries(taken)]));
  await Bun.write(
    file,
    JSON.stringify({ at: new Date(), rounds, seconds, cpus: cpus().map(({ model }) => model), figures, memory: Object.fromEntries(memory) }, null, 2),
  );
  console.log(`written to ${file}`);
}
