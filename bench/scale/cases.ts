import type { Case, Target } from "../case.ts";
import { LARGE_BLOB, pulls, pushes, SMALL_BLOB, smallReads } from "../shapes.ts";

const group = "scale";

/** Rows in PostgreSQL take so much more of our processor than those in SQLite. */
const ROWS: Target = { of: "CPU", ours: "opm-postgres", against: "opm", side: "at most", value: 1.5 };

function onS3(value: number): Target {
  return { of: "figure", ours: "opm-s3", against: "distribution-s3", side: "at least", value };
}

/** In the order of the tables. */
export const SCALE_CASES: readonly Case[] = [
  { ...smallReads({ name: "manifest-tag", title: "GET manifest by tag", group }, "byTag", 32), targets: [onS3(3), ROWS] },
  { ...smallReads({ name: "tags", title: "tags list, 100 tags", group }, "tags", 16), targets: [onS3(3), ROWS] },
  { ...smallReads({ name: "blob-1k", title: "GET blob 1 KiB", group }, "small", 32), targets: [onS3(3), ROWS] },
  { name: "blob-16m", title: "GET blob 16 MiB", group, figure: "per second", targets: [], reads: ["layers"], run: pulls("layers", 4) },
  // Fewer than elsewhere: the slowest need some hundredths of a second for each.
  { ...pushes({ name: "push-4k", title: "push 4 KiB", group }, { ...SMALL_BLOB, count: 200 }), targets: [onS3(5)] },
  { ...pushes({ name: "push-16m", title: "push 16 MiB", group }, { ...LARGE_BLOB, count: 5 }), targets: [onS3(1.3)] },
];
