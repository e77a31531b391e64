import { expect, test } from "bun:test";
import type { NodeRecord } from "../../coordination.ts";
import { type GetStore, NOW } from "../fixture.ts";

const DAY = 24 * 3_600_000;

/** Each case has a store of its own. */
export function nodeCases(store: GetStore): void {
  const node = (name: string, seen: number, settings: NodeRecord["settings"] = {}) => ({ id: `id-${name}`, name, version: "1", settings, seen });

  test("nodes are listed by name as they say last, until they end or are silent for a day", async () => {
    const { coordination } = store();
    const listed = async () => (await coordination.nodes()).map(({ schema: _, ...said }) => said);
    await coordination.announceNode(node("b", NOW, { limits: "1" }));
    await coordination.announceNode(node("a", NOW + 1));
    await coordination.announceNode(node("b", NOW + 2, { limits: "2" }));
    expect(await listed()).toEqual([node("a", NOW + 1), node("b", NOW + 2, { limits: "2" })]);
    await coordination.retireNode("id-a");
    expect(await listed()).toEqual([node("b", NOW + 2, { limits: "2" })]);
    await coordination.announceNode(node("c", NOW + 3 + DAY));
    expect(await listed()).toEqual([node("c", NOW + 3 + DAY)]);
  });
}
