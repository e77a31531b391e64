import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { thisCommit, thisMachine } from "./machine.ts";
import type { Peaks, Samples } from "./measure.ts";
import type { MemoryFigures } from "./memory.ts";
import type { Results } from "./results.ts";

/** What a run measured, and how. */
export interface Run {
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly samples: Samples;
  /** By group. */
  readonly peaks: ReadonlyMap<string, Peaks>;
  readonly memory: ReadonlyMap<string, MemoryFigures>;
}

/** Ends a run: says how long it took on which machine, and leaves every sample as JSON, `<name>.json` in a folder. */
export async function finish(folder: string, name: string, { started, rounds, seconds, versions, samples, peaks, memory }: Run): Promise<Results> {
  const machine = thisMachine();
  const commit = thisCommit();
  const minutes = (Date.now() - started) / 60_000;
  console.log(`${rounds} rounds of ${seconds} s, ${machine.cpus} CPUs (${machine.cpu}), ${minutes.toFixed(1)} minutes`);
  const results: Results = {
    at: new Date(started).toISOString(),
    rounds,
    seconds,
    machine,
    versions: { ...versions },
    ...(commit !== undefined && { commit }),
    figures: asObject(samples),
    peaks: asObject(peaks),
    memory: Object.fromEntries(memory),
  };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  await Bun.write(file, JSON.stringify(results, null, 2));
  console.log(`written to ${file}`);
  return results;
}

function asObject<Value>(map: ReadonlyMap<string, ReadonlyMap<string, Value>>): Record<string, Record<string, Value>> {
  return Object.fromEntries([...map].map(([name, inner]) => [name, Object.fromEntries(inner)]));
}
