import { parseArgs } from "node:util";

/** How long a comparison goes on. */
export interface Length {
  readonly rounds: number;
  /** Seconds of one measurement. */
  readonly seconds: number;
  /** Seconds that each case runs before the first measurement. */
  readonly warmUp: number;
}

export interface BenchOptions extends Length {
  /** Part of the names of the cases to run; empty: all. */
  readonly only: readonly string[];
  /** Names of the servers to run; empty: all. */
  readonly servers: readonly string[];
  /** Workers of a further column, of opm with so many; undefined: there is none. */
  readonly workers: number | undefined;
  /** Repositories where there are many. */
  readonly repositories: number;
  /** Bytes of the push after which memory is looked at. */
  readonly memoryPush: number;
  /** A file to compare with. */
  readonly compare: string | undefined;
  /** The file that is compared with it; without one, what is measured now. */
  readonly to: string | undefined;
  /** The case to profile. */
  readonly profile: string | undefined;
}

export const USAGE = `Compares the speed of opm with other registries, side by side on this machine.

npm run bench -- [options]
  --quick            shows that every case works, with two rounds that are too short for figures
  --only <name>      only cases whose name contains this (repeatable)
  --server <name>    only these servers (repeatable)
  --workers <n>      opm with so many workers, in a column of its own
  --rounds <n>       rounds, in each of which every case is measured once on every server
  --seconds <n>      seconds of one measurement
  --compare <file>   says what moved beyond noise since an earlier run, whose JSON this is
  --to <file>        compares with this one instead of measuring
  --profile <case>   runs this case on opm alone, and shows where its time goes

OPM_BENCH_ZOT=<file> adds a zot binary, OPM_BENCH_PEER_<NAME>=<command> any other registry: see docs/performance.md.`;

const GIB = 2 ** 30;

/** @throws Error for unknown options and values */
export function parseOptions(args: readonly string[]): BenchOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      server: { type: "string", multiple: true, default: [] },
      workers: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      compare: { type: "string" },
      to: { type: "string" },
      profile: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  if (values.to !== undefined && values.compare === undefined) throw new Error("--to takes --compare beside it");
  const { quick } = values;
  return {
    ...lengthOf(values),
    only: values.only,
    servers: values.server,
    workers: values.workers === undefined ? undefined : whole("workers", values.workers, 1),
    repositories: quick ? 500 : 10_000,
    memoryPush: quick ? GIB / 4 : 2 * GIB,
    compare: values.compare,
    to: values.to,
    profile: values.profile,
  };
}

/** What `--quick`, `--rounds` and `--seconds` ask for. @throws Error for values that are none */
export function lengthOf({ quick, rounds, seconds: text }: { quick: boolean; rounds?: string | undefined; seconds?: string | undefined }): Length {
  const seconds = positive("seconds", text, quick ? 0.3 : 2);
  return { rounds: whole("rounds", rounds, quick ? 2 : 3), seconds, warmUp: quick ? Math.min(seconds, 0.2) : seconds };
}

function positive(name: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  // wrk looks whether it is to end every tenth of a second.
  if (value >= 0.1 && value <= 60) return value;
  throw new Error(`invalid --${name} '${text}': expected a number from 0.1 to 60`);
}

function whole(name: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new Error(`invalid --${name} '${text}': expected a whole number from 1 to 99`);
}
