import type { Case } from "../case.ts";
import { startMany } from "../generators.ts";

/** What a server that was just started does in the second after its first answer; CPU counts from the start of its process. */
export const firstSecond: Case = {
  name: "first-second",
  title: "first second, by tag",
  group: "many",
  figure: "per second",
  targets: [],
  reads: ["byTag"],
  cold: true,
  run: ({ load, server, expected }) => startMany(load, server, { paths: expected("byTag"), connections: 8, seconds: 1 }),
};
