import type { Case } from "../case.ts";
import { getMany } from "../generators.ts";

export const connections: Case = {
  name: "connections",
  title: "1 KiB, 1000 connections",
  group: "reads",
  figure: "p99 ms",
  targets: [{ of: "figure", against: "peers", side: "at least", value: 20 }],
  reads: ["small"],
  // Opening the connections takes a part of the time.
  run: ({ wrk, server, seconds, paths }) => getMany(wrk, server, { paths: paths("small"), connections: 1000, seconds: seconds + 1 }),
};
