import { parseArgs } from "node:util";
import { SUBJECTS, type SubjectName } from "./subject.ts";

export interface BenchOptions {
  readonly quick: boolean;
  /** Part of the names of the cases to run; empty: all. */
  readonly only: readonly string[];
  readonly subjects: readonly SubjectName[];
  readonly rounds: number;
  /** Seconds of one measurement. */
  readonly seconds: number;
}

export const USAGE = `Compares the speed of opm with other registries, side by side on this machine.

npm run bench -- [options]
  --quick            two short rounds, about 3 minutes
  --only <name>      only cases whose name contains this (repeatable)
  --server <name>    only these servers: ${SUBJECTS.join(", ")} (repeatable)
  --rounds <n>       rounds, in each of which every server is measured once
  --seconds <n>      seconds of one measurement

OPM_BENCH_ZOT=<file> adds a zot binary.`;

/** @throws Error for unknown options and values */
export function parseOptions(args: readonly string[]): BenchOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      server: { type: "string", multiple: true, default: [] },
      rounds: { type: "string" },
      seconds: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const unknown = values.server.find((name) => !(SUBJECTS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`unknown server '${unknown}': expected ${SUBJECTS.join(", ")}`);
  return {
    quick: values.quick,
    only: values.only,
    subjects: values.server.length === 0 ? SUBJECTS : (values.server as SubjectName[]),
    rounds: positive("rounds", values.rounds, values.quick ? 2 : 3),
    seconds: positive("seconds", values.seconds, values.quick ? 1 : 2),
  };
}

function positive(name: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (value > 0 && value <= 60) return value;
  throw new Error(`invalid --${name} '${text}': expected a number up to 60`);
}
