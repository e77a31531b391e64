import type { Case } from "../case.ts";
import { getMany, pullMany } from "../generators.ts";

/** Whether small requests wait for large ones. The pulls go on a little longer, so that they are there to the end. */
export const smallDuringLarge: Case = {
  name: "small-during-large",
  title: "1 KiB while 2 pull 256 MiB",
  group: "reads",
  figure: "p99 ms",
  targets: [{ of: "figure", against: "nginx", side: "at most", value: 1.5 }],
  reads: ["small", "large"],
  countsCpu: false,
  async run({ wrk, load, server, seconds, paths }) {
    const pulling = pullMany(load, server, { paths: paths("large"), connections: 2, seconds: seconds + 0.5 });
    const [result] = await Promise.all([getMany(wrk, server, { paths: paths("small"), connections: 8, seconds }), pulling]);
    return result;
  },
};
