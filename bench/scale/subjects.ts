import { version } from "../../package.json";
import { opm } from "../subjects/opm.ts";
import { findDistribution, findZot, type Maker } from "../tools.ts";
import type { Services } from "./services.ts";

/** What stores in the services: the names of the columns, with the services of which requests are counted. */
export const COUNTED = {
  "opm-postgres": ["postgres"],
  "opm-s3": ["s3", "postgres"],
  "distribution-s3": ["s3"],
  "zot-s3": ["s3"],
} as const satisfies Readonly<Record<string, readonly ("s3" | "postgres")[]>>;

/**
 * The servers that are compared, in the order of the columns: ours in its folder, with its rows in PostgreSQL, with its content in S3 as
 * well, and with two nodes on these; the others on S3; distribution in its folder.
 */
export function scaleMakers(services: Services): Maker[] {
  const { content, metadata, bucket } = services;
  const both = async () => ({ content: await content(), metadata: await metadata() });
  const ours = [
    { name: "opm" },
    { name: "opm-postgres", store: async () => ({ metadata: await metadata() }) },
    { name: "opm-s3", store: both },
    { name: "opm-s3-2", store: both, nodes: 2 },
  ];
  return [
    ...ours.map((settings) => ({ name: settings.name, make: async () => opm(process.execPath, version, settings) })),
    { name: "distribution-s3", make: () => findDistribution(bucket) },
    { name: "zot-s3", make: () => findZot(bucket) },
    { name: "distribution", make: () => findDistribution() },
  ];
}
