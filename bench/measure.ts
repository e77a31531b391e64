import type { Case } from "./case.ts";
import type { GroupName } from "./groups.ts";
import { memoryOf, resetPeak } from "./processes.ts";
import { messageOf, openStage, type Sample, type Stage, type StageOptions } from "./stage.ts";
import { nodesOf, type Running } from "./subject.ts";

/** The samples of each case and server, by name. */
export type Samples = Map<string, Map<string, Sample[]>>;

/** Bytes: the most memory of each server in each round, by its name. */
export type Peaks = Map<string, number[]>;

export interface MeasureOptions extends StageOptions {
  readonly rounds: number;
  /** Seconds of one measurement, and of running each case before the first. */
  readonly seconds: number;
  readonly warmUp: number;
}

/** What the cases of a group gave. */
export interface Measured {
  readonly samples: Samples;
  readonly peaks: Peaks;
  /** Peers that are missing in some cases, and why, one line each. */
  readonly failures: readonly string[];
}

/**
 * Runs the cases of one group in rounds: every case on every server once a round, so that rounds are alike, and memory can be compared
 * between them. @throws Error when ours fails
 */
export async function measureGroup(group: GroupName, cases: readonly Case[], options: MeasureOptions): Promise<Measured> {
  const able = options.subjects.filter((subject) => cases.some((each) => takes(each, subject.name, subject.kind)));
  const stage = await openStage(group, { ...options, subjects: able });
  try {
    return await measureStage(stage, cases, options);
  } finally {
    await stage.close();
  }
}

async function measureStage(stage: Stage, cases: readonly Case[], { rounds, seconds, warmUp, say }: MeasureOptions): Promise<Measured> {
  const samples: Samples = new Map(cases.map(({ name }) => [name, new Map()]));
  const peaks: Peaks = new Map(stage.servers.map(({ subject }) => [subject.name, []]));
  const failures = [...stage.failures];
  const failed = new Set<string>();
  const on = async (each: Case, server: Running, work: () => Promise<void>) => {
    const { name, kind } = server.subject;
    const place = `${each.name} on ${name}`;
    if (!takes(each, name, kind) || failed.has(place)) return;
    try {
      await work();
    } catch (error) {
      if (kind === "ours") throw new Error(`${place}: ${messageOf(error)}`);
      failed.add(place);
      failures.push(`${place}: ${messageOf(error)}`);
      samples.get(each.name)?.delete(name);
    }
  };
  // Code is compiled while it runs, which takes ours longer than the others.
  for (const each of cases) {
    for (const server of stage.servers) {
      await on(each, server, async () => {
        await stage.verify(each, server);
        if (each.cold !== true) await stage.run(each, server, warmUp);
      });
    }
  }
  for (let round = 0; round < rounds; round++) {
    const most = new Map<string, number>();
    for (const { pid } of stage.servers.flatMap(nodesOf)) resetPeak(pid);
    for (const each of cases) {
      for (const server of rotated(stage.servers, round)) {
        await on(each, server, async () => {
          const sample = await stage.run(each, server, seconds);
          const { name } = server.subject;
          // After each case: one that starts the server again leaves another process behind.
          const peak = nodesOf(server).reduce((sum, { pid }) => sum + memoryOf(pid).peak, 0);
          most.set(name, Math.max(most.get(name) ?? 0, peak));
          const of = samples.get(each.name);
          of?.set(name, [...(of.get(name) ?? []), sample]);
          const cpu = sample.cpu === undefined ? "" : `, ${(sample.cpu * 1e6).toPrecision(3)} us CPU`;
          say(`${each.name} ${round + 1}/${rounds} ${name}: ${sample.figure.toPrecision(4)} ${each.figure}${cpu}`);
        });
      }
    }
    for (const [name, peak] of most) peaks.get(name)?.push(peak);
  }
  return { samples, peaks, failures };
}

function takes({ registriesOnly, without }: Case, name: string, kind: Running["subject"]["kind"]): boolean {
  return !(registriesOnly === true && kind === "floor") && without?.includes(name) !== true;
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const first = by % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
