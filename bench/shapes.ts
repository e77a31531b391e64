import { beside, type Case, type CaseContext } from "./case.ts";
import type { PathSet } from "./content.ts";
import { getMany, type Load, pullMany, pushMany } from "./generators.ts";

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** Sizes and counts of pushes that several cases have. `count` is a second's. */
export const SMALL_BLOB = { size: 4 * KIB, chunk: 0, connections: 16, count: 1000 } as const;
export const LARGE_BLOB = { size: 16 * MIB, chunk: 0, connections: 2, count: 10 } as const;
export const IN_CHUNKS = { ...LARGE_BLOB, chunk: 4 * MIB } as const;

type Described = Pick<Case, "name" | "title" | "group">;

/** A case that asks for small things as fast as they come. */
export function smallReads(
  described: Described,
  set: PathSet,
  connections: number,
): Described & { figure: "per second"; reads: PathSet[]; run(context: CaseContext): Promise<Load> } {
  return {
    ...described,
    figure: "per second",
    reads: [set],
    run: ({ wrk, server, seconds, paths, connections: of }) => getMany(wrk, server, { paths: paths(set), connections: of(connections), seconds }),
  };
}

/** A case that pulls large blobs and drops them. Copies are most of it, so CPU and what nginx can do count beside the rate. */
export function largeReads(described: Described, set: PathSet, connections: number, cpu: number): Case {
  return {
    ...described,
    figure: "per second",
    targets: [
      { of: "CPU", against: "peers", side: "at most", value: cpu },
      { of: "figure", against: "nginx", side: "at least", value: 0.85 },
    ],
    reads: [set],
    run: pulls(set, connections),
  };
}

/** Pulls the blobs of a set and drops them. */
export function pulls(set: PathSet, connections: number): Case["run"] {
  return ({ load, server, seconds, paths, connections: of }) => pullMany(load, server, { paths: paths(set), connections: of(connections), seconds });
}

/** A case that pushes blobs which the server does not have. */
export function pushes(
  described: Described,
  blob: { readonly size: number; readonly chunk: number; readonly connections: number; readonly count: number },
  rate?: number,
  cpu?: number,
): Case {
  return {
    ...described,
    figure: "per second",
    targets: [
      ...(rate === undefined ? [] : [beside(rate)]),
      ...(cpu === undefined ? [] : [{ of: "CPU", against: "peers", side: "at most", value: cpu } as const]),
    ],
    reads: [],
    registriesOnly: true,
    run: ({ load, server, seconds, seed, connections: of }) => {
      const connections = of(blob.connections);
      const count = Math.ceil((blob.count * seconds * connections) / blob.connections);
      return pushMany(load, server, { ...blob, connections, count: Math.max(connections, count), seed: seed() });
    },
  };
}
