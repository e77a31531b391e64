import type { PathSet } from "./content.ts";
import { getMany, type Load, pullMany, pushMany } from "./generators.ts";
import type { Running, SubjectName } from "./subject.ts";

/** What a case is run with. */
export interface CaseContext {
  readonly server: Running;
  readonly wrk: string;
  readonly load: string;
  /** Seconds. */
  readonly seconds: number;
  /** The file with the paths of a set. */
  paths(set: PathSet): string;
  /** Different on each call. */
  seed(): string;
}

/** What ours must reach. `ratio`: of the faster peer's figure; `share`: of zot's; `limit`: as it stands. */
export interface Target {
  readonly kind: "ratio" | "share" | "limit";
  readonly value: number;
}

export interface Case {
  readonly name: string;
  readonly title: string;
  /** reads: on a tmpfs, with content. pushes: on a tmpfs, where syncing is free for all. disk: with files synced. */
  readonly group: "reads" | "pushes" | "disk";
  readonly figure: "per second" | "p99 ms";
  readonly target: Target | undefined;
  readonly without?: readonly SubjectName[];
  /** Whether the CPU time of the server can be divided by the requests. */
  readonly countsCpu?: false;
  run(context: CaseContext): Promise<Load>;
}

const KIB = 2 ** 10;
const MIB = 2 ** 20;

function small(name: string, title: string, set: PathSet, connections: number, target: number, without?: readonly SubjectName[]): Case {
  return {
    name,
    title,
    group: "reads",
    figure: "per second",
    target: { kind: "ratio", value: target },
    ...(without && { without }),
    run: ({ wrk, server, seconds, paths }) => getMany(wrk, server, { paths: paths(set), connections, seconds }),
  };
}

function large(name: string, title: string, set: PathSet, connections: number, target: number): Case {
  return {
    name,
    title,
    group: "reads",
    figure: "per second",
    target: { kind: "ratio", value: target },
    run: ({ load, server, seconds, paths }) => pullMany(load, server, { paths: paths(set), connections, seconds }),
  };
}

function push(
  group: "pushes" | "disk",
  name: string,
  title: string,
  options: { size: number; chunk: number; connections: number; count: number },
  target: number,
): Case {
  return {
    name,
    title,
    group,
    figure: "per second",
    target: { kind: "ratio", value: target },
    without: ["nginx"],
    run: ({ load, server, seconds, seed }) => pushMany(load, server, { ...options, count: Math.ceil(options.count * seconds), seed: seed() }),
  };
}

const SMALL_BLOB = { size: 4 * KIB, chunk: 0, connections: 16, count: 1000 };
const LARGE_BLOB = { size: 16 * MIB, chunk: 0, connections: 2, count: 10 };
const IN_CHUNKS = { ...LARGE_BLOB, chunk: 4 * MIB };

export const CASES: readonly Case[] = [
  small("blob-1k", "GET blob 1 KiB", "small", 32, 5),
  small("manifest-tag", "GET manifest by tag", "byTag", 32, 5),
  small("manifest-digest", "GET manifest by digest", "byDigest", 32, 5),
  small("tags", "tags list, 100 tags", "tags", 16, 4),
  small("referrers", "referrers, 10", "referrers", 16, 20, ["distribution"]),
  large("blob-1m", "GET blob 1 MiB", "medium", 8, 3),
  large("blob-256m", "GET blob 256 MiB", "large", 2, 1.2),
  {
    name: "small-during-large",
    title: "1 KiB while 2 pull 256 MiB",
    group: "reads",
    figure: "p99 ms",
    target: { kind: "limit", value: 20 },
    countsCpu: false,
    async run({ wrk, load, server, seconds, paths }) {
      const pulling = pullMany(load, server, { paths: paths("large"), connections: 2, seconds: seconds + 0.5 });
      const [result] = await Promise.all([getMany(wrk, server, { paths: paths("small"), connections: 8, seconds }), pulling]);
      return result;
    },
  },
  {
    name: "connections",
    title: "1 KiB, 1000 connections",
    group: "reads",
    figure: "p99 ms",
    target: { kind: "share", value: 0.25 },
    run: ({ wrk, server, seconds, paths }) => getMany(wrk, server, { paths: paths("small"), connections: 1000, seconds: seconds + 1 }),
  },
  push("pushes", "push-4k", "push 4 KiB", SMALL_BLOB, 2),
  push("pushes", "push-16m", "push 16 MiB", LARGE_BLOB, 1),
  push("pushes", "push-16m-chunks", "push 16 MiB, 4 chunks", IN_CHUNKS, 1),
  push("disk", "disk-push-4k", "push 4 KiB, synced", SMALL_BLOB, 2),
  push("disk", "disk-push-16m", "push 16 MiB, synced", LARGE_BLOB, 1),
];
