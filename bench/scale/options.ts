import { parseArgs } from "node:util";
import { type Length, lengthOf } from "../options.ts";

export interface ScaleOptions extends Length {
  /** Part of the names of the cases to run; empty: all. */
  readonly only: readonly string[];
}

export const USAGE = `Compares one and two nodes on S3 and PostgreSQL with other registries on the same S3 service.

npm run bench:scale -- [options]
  --quick            shows that every case works, with two rounds that are too short for figures
  --only <name>      only cases whose name contains this (repeatable)
  --rounds <n>       rounds, in each of which every case is measured once on every server
  --seconds <n>      seconds of one measurement

OPM_BENCH_ZOT=<file> adds a zot binary: see docs/performance.md.`;

/** @throws Error for unknown options and values */
export function parseScaleOptions(args: readonly string[]): ScaleOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      rounds: { type: "string" },
      seconds: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return values.help ? "help" : { ...lengthOf(values), only: values.only };
}
