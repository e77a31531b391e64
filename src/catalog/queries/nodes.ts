import type { NodeList } from "../../api/administration.ts";
import type { NodeRecord } from "../../storage/metadata/coordination.ts";
import type { Catalog } from "../catalog.ts";
import { formatTime } from "./time.ts";

/** Milliseconds since its last word while a node counts as there: it says one every 30 s. */
const THERE = 60_000;

/** The nodes over the database, and which settings they do not have in common. */
export async function listNodes({ metadata, now }: Catalog<"coordination">): Promise<NodeList> {
  const nodes = await metadata.coordination.nodes();
  const at = now();
  return {
    nodes: nodes.map(({ settings: _, seen, ...node }) => ({ ...node, seen: formatTime(seen) })),
    differing: differing(nodes.filter(({ seen }) => at - seen < THERE)),
  };
}

/** A setting that only some know is of another version of the program, and no difference. */
function differing(nodes: readonly NodeRecord[]): string[] {
  const names = new Set(nodes.flatMap(({ settings }) => Object.keys(settings)));
  return [...names].filter((name) => new Set(nodes.flatMap(({ settings }) => settings[name] ?? [])).size > 1).sort();
}
