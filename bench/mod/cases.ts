import { CUE_EXPORT, LARGE, SMALL } from "./generate-module.ts";
import { GRAPH_SIZE, TOP_VERSION } from "./publish-graph.ts";

/** Milliseconds there and back to the registry that is far away. */
export const LATENCY = 50;

/** What is aimed for, compared with `cue`; `limit` is absolute. */
export type Target =
  | { readonly kind: "plus"; readonly milliseconds: number }
  | { readonly kind: "ratio"; readonly most: number }
  | { readonly kind: "limit"; readonly milliseconds: number };

export interface ModuleCase {
  readonly name: string;
  readonly title: string;
  readonly target: Target;
  /** Commands, one after the other. */
  readonly cue: readonly (readonly string[])[];
  readonly opm: readonly (readonly string[])[];
  /** The module it works on: `consumer` requires nothing yet, `graph` all of the graph. */
  readonly module: "small" | "large" | "graph" | "consumer";
  /** Whether the cache of modules is empty, where the registry is far away; else it has all that is needed. */
  readonly isCold?: boolean;
  /** The most memory is measured in place of time. */
  readonly isMemory?: boolean;
  /** Share of the rounds: what takes long is run less often. */
  readonly share: number;
}

/** For the executable: the source tree is compiled at each start. */
const CLOSE = { kind: "plus", milliseconds: 15 } as const;
const SAME = { kind: "ratio", most: 1.1 } as const;

const VET = { cue: [["vet", "./..."]], opm: [["mod", "vet"]] } as const;
const BUILD = { cue: [CUE_EXPORT], opm: [["mod", "build"]] } as const;
const TIDY = { cue: [["mod", "tidy"]], opm: [["mod", "tidy"]] } as const;
const GET = { cue: [["mod", "get", TOP_VERSION]], opm: [["mod", "get", TOP_VERSION]] } as const;

/** With `cue` it is the next command that fetches most of what was got. */
const GET_ALL = { cue: [...GET.cue, ...VET.cue], opm: [...GET.opm, ...VET.opm] } as const;

export const CASES: readonly ModuleCase[] = [
  { name: "vet-small", title: `vet, ${SMALL} objects`, module: "small", ...VET, target: CLOSE, share: 1 },
  { name: "build-small", title: `build, ${SMALL} objects`, module: "small", ...BUILD, target: CLOSE, share: 1 },
  { name: "tidy-small", title: `tidy, ${SMALL} objects`, module: "small", ...TIDY, target: CLOSE, share: 1 },
  { name: "tidy-graph", title: `tidy, ${GRAPH_SIZE} modules required`, module: "graph", ...TIDY, target: { kind: "plus", milliseconds: 60 }, share: 1 },
  { name: "vet-large", title: `vet, ${LARGE} objects`, module: "large", ...VET, target: SAME, share: 0.5 },
  { name: "build-large", title: `build, ${LARGE} objects`, module: "large", ...BUILD, target: SAME, share: 0.5 },
  { name: "tidy-large", title: `tidy, ${LARGE} objects`, module: "large", ...TIDY, target: { kind: "ratio", most: 1.5 }, share: 0.5 },
  { name: "get-warm", title: "get, all in the cache", module: "consumer", ...GET, target: { kind: "limit", milliseconds: 2000 }, share: 0.5 },
  {
    name: "get-cold",
    title: `get and vet, ${GRAPH_SIZE} modules, ${LATENCY} ms away`,
    module: "consumer",
    ...GET_ALL,
    isCold: true,
    target: { kind: "ratio", most: 0.5 },
    share: 0.25,
  },
  { name: "memory", title: `memory of build, ${LARGE} objects`, module: "large", ...BUILD, isMemory: true, target: { kind: "ratio", most: 1.5 }, share: 0.25 },
];
