import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case, CaseContext } from "./case.ts";
import { makeContent, type PathSet, type Resource, resourcesOf } from "./content.ts";
import { type ContentFiles, writeContentFiles } from "./content-files.ts";
import { makeCertificate, type Percentiles } from "./generators.ts";
import { GROUPS, type Group, type GroupName } from "./groups.ts";
import { MEMORY_FOLDER } from "./memory-folder.ts";
import { cpuSeconds } from "./processes.ts";
import { seed } from "./seed.ts";
import { startSubject } from "./start-subject.ts";
import { nodesOf, type Running, type Subject } from "./subject.ts";
import { together } from "./together.ts";
import { verify } from "./verify.ts";

/** One run of a case on one server. */
export interface Sample {
  readonly figure: number;
  /** CPU seconds of the server a request; undefined where they cannot be divided. */
  readonly cpu?: number;
  /** Seconds from the start of the process to the first answer. */
  readonly startup?: number;
  readonly latencies?: Readonly<Record<string, Percentiles>>;
}

/** Seconds of a case that is walked through: of small pushes twenty, of large ones one. */
const WALK = 0.02;

/** What a stage is made with. */
export interface StageOptions {
  readonly subjects: readonly Subject[];
  readonly wrk: string;
  readonly load: string;
  /** How many repositories there are where there are many. */
  readonly repositories: number;
  readonly say: (text: string) => void;
}

/** The servers of a group that run, with content. */
export interface Stage {
  readonly servers: readonly Running[];
  /** Peers that could not be started or filled, and why, one line each. */
  readonly failures: readonly string[];
  /** Runs a case once. @throws Error for every answer that is not as it has to be */
  run(each: Case, server: Running, seconds: number): Promise<Sample>;
  /** @throws Error when something that the case reads is not what was put there, on any node */
  verify(each: Case, server: Running): Promise<void>;
  /** Goes through a case with one request, or push, after the other. Gives how many there were. @throws Error as the others do */
  walk(each: Case, server: Running): Promise<number>;
  /** Stops the servers and removes what they stored. */
  close(): Promise<void>;
}

/** Starts the servers of a group side by side and gives them content. The caller closes the stage. @throws Error when ours does not start */
export async function openStage(name: GroupName, { subjects, wrk, load, repositories, say }: StageOptions): Promise<Stage> {
  const group: Group = GROUPS[name];
  const root = await mkdtemp(join(group.store === "disk" ? tmpdir() : MEMORY_FOLDER, "opm-bench-"));
  const servers: Running[] = [];
  const failures: string[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(root, { recursive: true, force: true });
  };
  try {
    const content = makeContentOf(group, repositories);
    const sets = content && resourcesOf(content);
    const files = sets && (await writeContentFiles(root, sets));
    const tls = group.tls && (await makeCertificate(load, root));
    for (const subject of subjects) {
      try {
        const server = await startSubject(subject, await mkdtemp(join(root, `${subject.name}-`)), tls);
        servers.push(server);
        say(`${name}: ${subject.name} runs${content ? ", pushing what is read" : ""}`);
        if (content) await seed(server, load, content);
      } catch (error) {
        if (subject.kind === "ours") throw error;
        failures.push(`${name} on ${subject.name}: ${messageOf(error)}`);
        const last = servers.at(-1);
        if (last?.subject === subject) await servers.pop()?.stop();
      }
    }
    let runs = 0;
    const contextOf = (each: Case, server: Running, seconds: number): Omit<CaseContext, "connections"> => ({
      ...{ server, wrk, load, seconds },
      paths: (set) => fileOf(files, set, "paths"),
      expected: (set) => fileOf(files, set, "expected"),
      seed: () => `${server.subject.name} ${each.name} ${++runs}`,
    });
    const resources = (each: Case): Resource[] => each.reads.flatMap((set): readonly Resource[] => sets?.[set] ?? []);
    return {
      servers,
      failures,
      run: (each, server, seconds) => measure(each, server, (node) => contextOf(each, node, seconds)),
      async verify(each, server) {
        for (const node of nodesOf(server)) await verify(node, resources(each));
      },
      async walk(each, server) {
        if (each.reads.length === 0) return (await each.run({ ...contextOf(each, server, WALK), connections: () => 1 })).requests;
        await verify(server, resources(each));
        return resources(each).length;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What an error says, in one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replace(/\s*\n\s*/g, "; ");
}

function makeContentOf({ content }: Group, repositories: number) {
  if (content === "none") return undefined;
  return makeContent({ large: content === "all", layers: content === "layers", repositories: content === "many" ? repositories : 0 });
}

function fileOf(files: ContentFiles | undefined, set: PathSet, kind: keyof ContentFiles): string {
  if (files === undefined) throw new Error(`the group of this case has nothing to read, so no ${set}`);
  return files[kind](set);
}

/** Runs a case on all nodes of a server at once. */
async function measure(each: Case, server: Running, contextOf: (node: Running) => Omit<CaseContext, "connections">): Promise<Sample> {
  const nodes = nodesOf(server);
  const before = new Map(nodes.map(({ pid }) => [pid, cpuSeconds(pid)]));
  const connections = (all: number) => Math.ceil(all / nodes.length);
  const { requests, rate, p99, startup, latencies } = together(await Promise.all(nodes.map((node) => each.run({ ...contextOf(node), connections }))));
  // A server that was started again has begun at zero.
  const spent = nodes.reduce((sum, { pid }) => sum + cpuSeconds(pid) - (before.get(pid) ?? 0), 0);
  return {
    figure: each.figure === "p99 ms" ? p99 * 1000 : rate,
    ...(each.countsCpu !== false && { cpu: spent / requests }),
    ...(startup !== undefined && { startup }),
    ...(latencies && { latencies }),
  };
}
