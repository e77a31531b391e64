import { version } from "../package.json";
import { furtherPeers } from "./subjects/further.ts";
import { opm } from "./subjects/opm.ts";
import { findDistribution, findNginx, findZot, type Maker } from "./tools.ts";

/** The servers that are known by name; further ones stand before the last. */
const BUILT_IN = ["opm", "distribution", "zot", "nginx"] as const;

/** The names of all servers there can be here. */
export function knownServers(): string[] {
  return [...BUILT_IN, ...furtherPeers(process.env).map(({ name }) => name)];
}

/**
 * The servers that `npm run bench` compares, in the order of the columns.
 * @param names of those that are wanted; none: all
 * @param workers opm once more, with so many of them
 */
export function serversOf(names: readonly string[], workers?: number): Maker[] {
  const listener = process.env.OPM_SERVER_LISTENER;
  const ours = [{ listener }, ...(workers === undefined ? [] : [{ listener, workers }])];
  const makers: Maker[] = [
    ...ours.map((server) => ({ name: "opm", make: async () => opm(process.execPath, version, { server }) })),
    { name: "distribution", make: () => findDistribution() },
    { name: "zot", make: () => findZot() },
    ...furtherPeers(process.env).map((peer) => ({ name: peer.name, make: async () => peer })),
    { name: "nginx", make: findNginx },
  ];
  return makers.filter(({ name }) => names.length === 0 || names.includes(name));
}
