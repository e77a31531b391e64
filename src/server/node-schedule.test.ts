import { expect, test } from "bun:test";
import { configSchema } from "../config/schema.ts";
import type { NodeRecord } from "../storage/metadata/coordination.ts";
import type { Log } from "./log.ts";
import { scheduleNode, sharedSettings } from "./node-schedule.ts";

/** A database that nodes announce themselves to, and what each of them logs. */
function world() {
  const nodes = new Map<string, NodeRecord>();
  const state = { time: 1_000_000 };
  const coordination = {
    nodes: async () => [...nodes.values()],
    announceNode: async (node: Omit<NodeRecord, "schema">) => void nodes.set(node.id, { ...node, schema: 1 }),
    retireNode: async (id: string) => void nodes.delete(id),
  };
  const start = (settings: Readonly<Record<string, string>>, interval = 60_000) => {
    const lines: string[] = [];
    const log = { write: (_: string, message: string) => void lines.push(message) } as unknown as Log;
    const node = scheduleNode({ coordination, version: "1", settings, now: () => state.time, log, interval });
    return { lines, stop: () => node.stop() };
  };
  return { nodes, state, start };
}

test("a node that is set otherwise is told of once, by the settings' names, and one that is gone is not", async () => {
  const { nodes, state, start } = world();
  const one = start({ "access.grants": "a", limits: "1", types: "x" }, 2);
  await Bun.sleep(1);
  const other = start({ "access.grants": "b", limits: "1", types: "y", newer: "z" });
  for (const end = performance.now() + 50_000; one.lines.length === 0 && performance.now() < end; ) await Bun.sleep(2);
  await Bun.sleep(20);
  for (const { lines } of [one, other]) {
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("is set otherwise than this one: access.grants, types;");
  }
  await Promise.all([one.stop(), other.stop()]);
  expect(nodes.size).toBe(0);

  nodes.set("gone", { id: "gone", name: "gone", version: "1", schema: 1, settings: { limits: "2" }, seen: state.time - 61_000 });
  const third = start({ limits: "1" });
  await third.stop();
  expect(third.lines).toEqual([]);
});

test("settings are compared by digests that tell grants, limits, types and keys apart, and nothing of a machine's own", () => {
  const config = configSchema.parse({ data: "/a" });
  const settings = sharedSettings(config, "key");
  expect(sharedSettings(configSchema.parse({ data: "/b", listen: "127.0.0.1:1" }), "key")).toEqual(settings);
  const others = [
    sharedSettings(config, "another"),
    sharedSettings({ ...config, access: { ...config.access, grants: [] } }, "key"),
    sharedSettings({ ...config, limits: { ...config.limits, uploads: 1 } }, "key"),
    sharedSettings({ ...config, publicUrl: "https://registry.example.org" }, "key"),
  ];
  const differing = others.map((other) => Object.keys(settings).filter((name) => settings[name] !== other[name]));
  expect(differing).toEqual([["access.signingKey"], ["access.grants"], ["limits"], ["publicUrl"]]);
  expect(JSON.stringify(settings)).not.toContain('key"');
});
