import type { PathSet } from "./content.ts";
import type { Load } from "./generators.ts";
import type { GroupName } from "./groups.ts";
import type { Running } from "./subject.ts";

/** What a case is run with. */
export interface CaseContext {
  readonly server: Running;
  readonly wrk: string;
  readonly load: string;
  readonly seconds: number;
  /** How many connections it opens, of those that it is made for: nodes share them. */
  connections(all: number): number;
  /** The file with the paths of a set, one a line. */
  paths(set: PathSet): string;
  /** The file with the paths of a set and the digests of what is there, one a line. */
  expected(set: PathSet): string;
  /** Different on each call. */
  seed(): string;
}

/**
 * What ours must reach, as ours divided by what it is held against: `peers`, the better of distribution and zot; `alone`, as it stands;
 * or the name of another server. `at least` and `at most` say on which side of the value it has to be.
 */
export interface Target {
  readonly of: "figure" | "CPU";
  /** The server of ours that is held. Default: `opm`. */
  readonly ours?: string;
  readonly against: string;
  readonly side: "at least" | "at most";
  readonly value: number;
}

/** One thing that is measured. Its file in `cases/` is named as it is. */
export interface Case {
  readonly name: string;
  readonly title: string;
  /** The servers and the content that it runs on. */
  readonly group: GroupName;
  readonly figure: "per second" | "p99 ms";
  readonly targets: readonly Target[];
  /** What it reads, which is held against what was put there before time is taken. */
  readonly reads: readonly PathSet[];
  /** It asks for what only a registry has, so that nginx is left out. */
  readonly registriesOnly?: true;
  /** Names of servers that cannot do it. */
  readonly without?: readonly string[];
  /** It starts its server by itself, so that there is nothing to warm up. */
  readonly cold?: true;
  /** Whether the CPU time of the server can be divided by the requests. */
  readonly countsCpu?: false;
  run(context: CaseContext): Promise<Load>;
}

/** A target for the rate, or for whatever the figure is, beside the peers. */
export function beside(value: number): Target {
  return { of: "figure", against: "peers", side: "at least", value };
}
