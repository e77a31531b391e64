import type { Case } from "../case.ts";
import { getMany, pushMany } from "../generators.ts";

const MIB = 2 ** 20;

/** Whether small requests wait for what is received, hashed and written. The pushes go on a little longer, so that they are there to the end. */
export const smallDuringPushes: Case = {
  name: "small-during-pushes",
  title: "1 KiB while 2 push 64 MiB",
  group: "day",
  figure: "p99 ms",
  targets: [{ of: "figure", against: "peers", side: "at least", value: 5 }],
  reads: ["small"],
  registriesOnly: true,
  countsCpu: false,
  async run({ wrk, load, server, seconds, paths, seed }) {
    const pushing = pushMany(load, server, { size: 64 * MIB, chunk: 16 * MIB, connections: 2, seconds: seconds + 0.5, seed: seed() });
    const [result] = await Promise.all([getMany(wrk, server, { paths: paths("small"), connections: 8, seconds }), pushing]);
    return result;
  },
};
