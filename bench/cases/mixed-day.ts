import type { Case } from "../case.ts";
import { mixMany } from "../generators.ts";

const KIB = 2 ** 10;

/**
 * 90 % manifests, half of them HEAD, 8 % blobs of 1 KiB, 2 % pushes of an image of one layer, at a rate that every server can hold: what counts is how long
 * each waits, and what the server takes for it. The figure is that of the reads.
 */
export const mixedDay: Case = {
  name: "mixed-day",
  title: "mixed day, 400/s, reads",
  group: "day",
  figure: "p99 ms",
  targets: [{ of: "CPU", against: "peers", side: "at most", value: 1 }],
  reads: ["byTag", "small"],
  registriesOnly: true,
  run: ({ load, server, seconds, expected, seed }) =>
    mixMany(load, server, {
      manifests: expected("byTag"),
      blobs: expected("small"),
      connections: 16,
      rate: 400,
      seconds,
      size: 64 * KIB,
      seed: seed(),
    }),
};
