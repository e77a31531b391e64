import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case } from "./cases.ts";
import { type BenchContent, makeContent, type PathSet, pathsOf } from "./content.ts";
import { cpuSeconds } from "./processes.ts";
import { seed } from "./seed.ts";
import type { Running, SubjectName } from "./subject.ts";
import { startSubject } from "./subjects/start.ts";

/** One run of a case on one server. */
export interface Sample {
  readonly figure: number;
  /** CPU seconds of the server a request. */
  readonly cpu: number;
}

/** The samples of each case and server. */
export type Samples = Map<string, Map<SubjectName, Sample[]>>;

export interface MeasureOptions {
  readonly servers: ReadonlyMap<SubjectName, string>;
  readonly wrk: string;
  readonly load: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly say: (text: string) => void;
}

/** A tmpfs where there is one, so that no disk is measured. */
export const MEMORY_FOLDER = "/dev/shm";

/** Runs the cases of one group: starts the servers, gives them content where they are read from, and measures in rounds. */
export async function measureGroup(cases: readonly Case[], options: MeasureOptions): Promise<Samples> {
  const [group] = cases.map((each) => each.group);
  const root = await mkdtemp(join(group === "disk" ? tmpdir() : MEMORY_FOLDER, "opm-bench-"));
  const servers: Running[] = [];
  try {
    const content = group === "reads" ? makeContent() : undefined;
    const paths = content && (await writePaths(root, content));
    for (const [name, executable] of options.servers) {
      if (cases.every(({ without }) => without?.includes(name))) continue;
      const folder = await mkdtemp(join(root, `${name}-`));
      const server = await startSubject(name, executable, { folder, durable: true });
      servers.push(server);
      options.say(`${group}: ${name} runs${content ? ", pushing what is read" : ""}`);
      if (content) await seed(server, folder, content);
    }
    return await rounds(cases, servers, paths, options);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(root, { recursive: true, force: true });
  }
}

async function rounds(
  cases: readonly Case[],
  servers: readonly Running[],
  paths: Record<PathSet, string> | undefined,
  options: MeasureOptions,
): Promise<Samples> {
  const samples: Samples = new Map(cases.map(({ name }) => [name, new Map(servers.map((server) => [server.name, []]))]));
  let runs = 0;
  for (const each of cases) {
    const taking = servers.filter(({ name }) => !each.without?.includes(name));
    const run = async (server: Running, seconds: number) => {
      const { wrk, load } = options;
      return measure(each, { server, wrk, load, seconds, paths: (set) => paths?.[set] ?? "", seed: () => `${server.name} ${each.name} ${++runs}` });
    };
    // As long as a measurement: code is compiled while it runs, which takes ours longer than the others.
    for (const server of taking) await run(server, options.seconds);
    for (let round = 0; round < options.rounds; round++) {
      for (let turn = 0; turn < taking.length; turn++) {
        const server = taking[(turn + round) % taking.length];
        if (server === undefined) continue;
        const sample = await run(server, options.seconds);
        samples.get(each.name)?.get(server.name)?.push(sample);
        options.say(
          `${each.name} ${round + 1}/${options.rounds} ${server.name}: ${sample.figure.toPrecision(4)} ${each.figure}, ${(sample.cpu * 1e6).toPrecision(3)} us CPU`,
        );
      }
    }
  }
  return samples;
}

async function measure(each: Case, context: Parameters<Case["run"]>[0]): Promise<Sample> {
  const before = cpuSeconds(context.server.pid);
  const result = await each.run(context);
  const cpu = (cpuSeconds(context.server.pid) - before) / result.requests;
  return { figure: each.figure === "p99 ms" ? result.p99 * 1000 : result.requests / result.seconds, cpu: each.countsCpu === false ? Number.NaN : cpu };
}

async function writePaths(folder: string, content: BenchContent): Promise<Record<PathSet, string>> {
  const files: [PathSet, string][] = [];
  for (const [set, paths] of Object.entries(pathsOf(content)) as [PathSet, readonly string[]][]) {
    const file = join(folder, `${set}.paths`);
    await Bun.write(file, `${paths.join("\n")}\n`);
    files.push([set, file]);
  }
  return Object.fromEntries(files) as Record<PathSet, string>;
}
