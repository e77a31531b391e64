// `npm run bench`: compares opm with other registries, side by side. See docs/performance.md.
import { join } from "node:path";
import { CASES } from "./cases.ts";
import { reportComparison } from "./compare.ts";
import { finish } from "./finish.ts";
import { GROUPS, type GroupName } from "./groups.ts";
import { type MeasureOptions, measureGroup, type Peaks, type Samples } from "./measure.ts";
import { type MemoryFigures, measureMemory } from "./memory.ts";
import { type BenchOptions, parseOptions, USAGE } from "./options.ts";
import { profileCase } from "./profile.ts";
import { report } from "./report.ts";
import { parseResults, type Results } from "./results.ts";
import { knownServers, serversOf } from "./servers.ts";
import { messageOf } from "./stage.ts";
import { findTools, type Tools } from "./tools.ts";

const RESULTS = join(import.meta.dir, "results");
const STAMP = new Date().toISOString().replaceAll(":", "-").slice(0, 19);

const options = readOptions();
if (options !== undefined) {
  try {
    await start(options);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

function readOptions(): BenchOptions | undefined {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options !== "help") return options;
    console.log(USAGE);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${USAGE}`);
    process.exitCode = 2;
  }
  return undefined;
}

async function start(options: BenchOptions): Promise<void> {
  // Read first: a run is too long to find afterwards that there is nothing to compare with.
  const before = options.compare === undefined ? undefined : await readResults(options.compare);
  if (before !== undefined && options.to !== undefined) {
    console.log(reportComparison(before, await readResults(options.to), CASES));
    return;
  }
  if (options.profile !== undefined) {
    await profile(options.profile, options);
    return;
  }
  const results = await bench(options);
  if (before !== undefined) console.log(`\n${reportComparison(before, results, CASES)}`);
}

async function readResults(file: string): Promise<Results> {
  return parseResults(await Bun.file(file).text(), file);
}

async function profile(name: string, { seconds, warmUp, repositories }: BenchOptions): Promise<void> {
  const each = CASES.find((each) => each.name === name);
  if (each === undefined) throw new Error(`there is no case '${name}': expected ${CASES.map((each) => each.name).join(", ")}`);
  const { subjects, wrk, load, problems } = await findTools(serversOf(["opm"]));
  const [subject] = subjects;
  if (subject === undefined || wrk === undefined || load === undefined) throw new Error(problems.join("; "));
  const place = { folder: RESULTS, prefix: `${STAMP}-${name}` };
  console.log(await profileCase(each, { subject, wrk, load, repositories, seconds: Math.max(5, seconds), warmUp: Math.max(2, warmUp), say, ...place }));
}

async function bench(options: BenchOptions): Promise<Results> {
  const started = Date.now();
  const known = knownServers();
  const unknown = options.servers.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no server '${unknown}': expected ${known.join(", ")}`);
  const tools = await findTools(serversOf(options.servers, options.workers));
  for (const problem of tools.problems) console.log(problem);
  const { samples, peaks, memory, failures, cases } = await measureAll(tools, options);
  console.log(`\n${report({ cases, subjects: tools.subjects, samples, peaks, memory })}\n`);
  for (const failure of failures) console.log(`FAILED ${failure}`);
  return finish(RESULTS, STAMP, { started, ...options, versions: tools.versions, samples, peaks, memory });
}

async function measureAll({ subjects, wrk, load }: Tools, { only, rounds, seconds, warmUp, repositories, memoryPush }: BenchOptions) {
  const wanted = (name: string) => only.length === 0 || only.some((part) => name.includes(part));
  const cases = wrk === undefined || load === undefined ? [] : CASES.filter(({ name }) => wanted(name));
  const samples: Samples = new Map();
  const peaks = new Map<GroupName, Peaks>();
  const memory = new Map<string, MemoryFigures>();
  const failures: string[] = [];
  const how: MeasureOptions = { subjects, wrk: wrk ?? "", load: load ?? "", rounds, seconds, warmUp, repositories, say };
  for (const group of Object.keys(GROUPS) as GroupName[]) {
    const some = cases.filter((each) => each.group === group);
    if (some.length === 0) continue;
    const measured = await measureGroup(group, some, how);
    for (const [name, figures] of measured.samples) samples.set(name, figures);
    peaks.set(group, measured.peaks);
    failures.push(...measured.failures);
  }
  for (const subject of load !== undefined && wanted("memory") ? subjects : []) {
    if (subject.kind === "floor") continue;
    try {
      memory.set(subject.name, await measureMemory(subject, { load: load ?? "", size: memoryPush, say }));
    } catch (error) {
      if (subject.kind === "ours") throw error;
      failures.push(`memory on ${subject.name}: ${messageOf(error)}`);
    }
  }
  return { samples, peaks, memory, failures, cases };
}

function say(text: string): void {
  console.error(text);
}
