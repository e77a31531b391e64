import { hostname } from "node:os";
import type { Config } from "../config/schema.ts";
import { digestOf } from "../oci/digest.ts";
import type { Coordination, NodeRecord } from "../storage/metadata/coordination.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { Log } from "./log.ts";

/** Milliseconds between two words of a node, and since its last word while it counts as there. */
const INTERVAL = 30_000;
const THERE = 2 * INTERVAL;

export interface NodeOptions {
  readonly coordination: Pick<Coordination, "nodes" | "announceNode" | "retireNode">;
  readonly version: string;
  /** What should be the same on all nodes: see `sharedSettings`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly now: () => Millis;
  readonly log: Log;
  readonly interval?: number;
}

/**
 * Says now and then that this node is there, and warns of others that are set otherwise, whose answers are others than this one's. Each
 * difference is told once for as long as it lasts.
 */
export function scheduleNode({ coordination, version, settings, now, log, interval = INTERVAL }: NodeOptions): { stop(): Promise<void> } {
  const id = crypto.randomUUID();
  const own = { id, name: hostname(), version, settings };
  let told = new Set<string>();
  const look = async (): Promise<void> => {
    const seen = now();
    try {
      await coordination.announceNode({ ...own, seen });
      const others = (await coordination.nodes()).filter((node) => node.id !== id && seen - node.seen < THERE);
      const differences = others.flatMap((other) => describe(own, other));
      for (const difference of differences) if (!told.has(difference)) log.write("warn", difference);
      told = new Set(differences);
    } catch (error) {
      log.write("warn", "cannot look for other nodes", { cause: error instanceof Error ? error.message : String(error) });
    }
  };
  let running = look();
  const timer = setInterval(() => {
    running = running.then(look);
  }, interval);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
      await coordination.retireNode(id).catch(() => undefined);
    },
  };
}

function describe(own: Pick<NodeRecord, "settings">, other: NodeRecord): string[] {
  const names = Object.keys(own.settings).filter((name) => other.settings[name] !== undefined && other.settings[name] !== own.settings[name]);
  if (names.length === 0) return [];
  return [
    `the node ${other.name} is set otherwise than this one: ${names.join(", ")}; clients are answered now by one, now by the other: give both one configuration`,
  ];
}

/** The settings that nodes must have in common, with a digest of each value, which may hold what not everybody should read. */
export function sharedSettings(config: Config, signingKey: string): Record<string, string> {
  const { access, limits, types, collector, publicUrl } = config;
  const values = {
    "access.grants": access.grants,
    "access.groups": access.groups,
    "access.htpasswd": access.htpasswd !== undefined,
    "access.signingKey": signingKey,
    "access.tokenLifetime": access.tokenLifetime,
    types,
    limits,
    collector,
    publicUrl,
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, digestOf(new TextEncoder().encode(JSON.stringify(value ?? null))).slice(7, 23)]),
  );
}
