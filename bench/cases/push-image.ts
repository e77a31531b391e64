import { beside, type Case } from "../case.ts";
import { pushImages } from "../generators.ts";

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/**
 * An image as docker pushes it: four layers at a time, each with HEAD, POST, one PATCH in chunked coding, PUT and HEAD, then the
 * configuration, then the manifest.
 */
export const pushImage: Case = {
  name: "push-image",
  title: "push image, 5 layers, 39 MiB",
  group: "images",
  figure: "per second",
  targets: [beside(1.2)],
  reads: [],
  registriesOnly: true,
  run: ({ load, server, seconds, seed }) =>
    pushImages(load, server, {
      layers: [30 * MIB, 8 * MIB, MIB, 64 * KIB, KIB],
      connections: 4,
      count: Math.ceil(4 * seconds),
      seed: seed(),
    }),
};
