// `npm run bench:scale`: compares nodes on S3 and PostgreSQL with other registries on S3, side by side. See docs/performance.md.
import { join } from "node:path";
import { finish } from "../finish.ts";
import { measureGroup } from "../measure.ts";
import { report } from "../report.ts";
import { messageOf } from "../stage.ts";
import { findTools } from "../tools.ts";
import { SCALE_CASES } from "./cases.ts";
import { type CountedSubject, countCases, countTables } from "./count.ts";
import { parseScaleOptions, type ScaleOptions, USAGE } from "./options.ts";
import { type StartedServices, startServices } from "./services.ts";
import { COUNTED, scaleMakers } from "./subjects.ts";

const RESULTS = join(import.meta.dir, "..", "results");

const options = readOptions();
if (options !== undefined) {
  try {
    const services = await startServices();
    try {
      await bench(services, options);
    } finally {
      await services.stop();
    }
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

function readOptions(): ScaleOptions | undefined {
  try {
    const options = parseScaleOptions(process.argv.slice(2));
    if (options !== "help") return options;
    console.log(USAGE);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${USAGE}`);
    process.exitCode = 2;
  }
  return undefined;
}

async function bench(services: StartedServices, { only, ...length }: ScaleOptions): Promise<void> {
  const started = Date.now();
  const cases = SCALE_CASES.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
  const { subjects, wrk, load, versions, problems } = await findTools(scaleMakers(services));
  for (const problem of problems) console.log(problem);
  if (wrk === undefined || load === undefined) throw new Error("there is nothing to measure with");
  const how = { wrk, load, repositories: 0, say: (text: string) => console.error(text) };
  const { samples, peaks, failures } = await measureGroup("scale", cases, { ...how, ...length, subjects });
  // On their own: a proxy would be measured with what it counts.
  const counted = await countCases(cases, await countedSubjects(services), how);
  const group = new Map([["scale", peaks]]);
  const tables = countTables(cases, counted.counts);
  console.log(`\n${report({ cases, subjects, samples, peaks: group, memory: new Map(), ours: "opm-s3", tables })}\n`);
  for (const failure of [...failures, ...counted.failures]) console.log(`FAILED ${failure}`);
  const name = `${new Date(started).toISOString().replaceAll(":", "-").slice(0, 19)}-scale`;
  await finish(RESULTS, name, { started, ...length, versions, samples, peaks: group, memory: new Map() });
}

async function countedSubjects(services: StartedServices): Promise<CountedSubject[]> {
  const all: CountedSubject[] = [];
  for (const name of Object.keys(COUNTED)) {
    const own = await services.counted();
    const { subjects } = await findTools(scaleMakers(own).filter((maker) => maker.name === name));
    all.push(...subjects.map((subject) => ({ subject, services: own })));
  }
  return all;
}
