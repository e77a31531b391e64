import type { ModuleCase } from "./cases.ts";
import { peakMemory, runCommand, type Sample } from "./run-command.ts";
import type { Stage } from "./stage.ts";

/** A program under comparison. */
export interface Subject {
  readonly name: "cue" | "opm" | "dist/opm";
  readonly command: readonly string[];
}

export interface CaseFigures {
  readonly samples: readonly Sample[];
  /** The most memory of each run, in bytes, for cases of memory. */
  readonly peaks: readonly number[];
}

export type Figures = ReadonlyMap<string, ReadonlyMap<Subject["name"], CaseFigures>>;

export interface MeasureOptions {
  readonly subjects: readonly Subject[];
  readonly rounds: number;
  readonly say: (text: string) => void;
}

/** Every case with every subject, which take turns. */
export async function measureModules(cases: readonly ModuleCase[], stage: Stage, options: MeasureOptions): Promise<Figures> {
  const figures = new Map<string, ReadonlyMap<Subject["name"], CaseFigures>>();
  for (const each of cases) figures.set(each.name, await measureCase(each, stage, options));
  return figures;
}

async function measureCase(each: ModuleCase, stage: Stage, { subjects, rounds, say }: MeasureOptions): Promise<ReadonlyMap<Subject["name"], CaseFigures>> {
  const taken = new Map(subjects.map(({ name }) => [name, { samples: [] as Sample[], peaks: [] as number[] }]));
  const count = Math.max(1, Math.round(rounds * each.share));
  for (let round = 0; round <= count; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const subject = subjects[(turn + round) % subjects.length];
      const mine = subject && taken.get(subject.name);
      if (subject === undefined || mine === undefined) continue;
      const place = await stage.prepare(each);
      const steps = each[subject.name === "cue" ? "cue" : "opm"].map((args) => [...subject.command, ...args]);
      const turnOf = `${each.name} ${round}/${count} ${subject.name}`;
      // the first round brings programs into memory
      if (each.isMemory === true) {
        const peaks = [];
        for (const step of steps) peaks.push(await peakMemory(step, place));
        say(`${turnOf}: ${(Math.max(...peaks) / 2 ** 20).toFixed(0)} MiB`);
        if (round > 0) mine.peaks.push(Math.max(...peaks));
      } else {
        const sample = { wall: 0, cpu: 0 };
        for (const step of steps) {
          const { wall, cpu } = await runCommand(step, place);
          sample.wall += wall;
          sample.cpu += cpu;
        }
        say(`${turnOf}: ${sample.wall.toFixed(0)} ms, ${sample.cpu.toFixed(0)} ms CPU`);
        if (round > 0) mine.samples.push(sample);
      }
    }
  }
  return taken;
}
