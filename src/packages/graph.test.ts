import { describe, expect, test } from "bun:test";
import { type Digest, digestOf } from "../oci/digest.ts";
import { directionsOf, type Walk, type WalkEdge, walkGraph } from "./graph.ts";

const node = (name: string): Digest => digestOf(name);

function edge(from: string, to: string, kind: WalkEdge["kind"] = "child"): WalkEdge {
  return { from: node(from), to: node(to), kind, platform: undefined };
}

/** Walks a graph in memory and counts the questions. */
async function walk(edges: readonly WalkEdge[], more: Partial<Walk["limits"]> = {}, directions: Walk["directions"] = ["down"]) {
  let asked = 0;
  const limits = { depth: 32, nodes: 1000, edges: 1000, ...more };
  const walked = await walkGraph({ root: node("root"), directions, limits }, async (direction, digests, limit) => {
    asked += digests.length;
    return edges.filter((candidate) => digests.includes(direction === "down" ? candidate.from : candidate.to)).slice(0, limit);
  });
  return { ...walked, asked };
}

describe("a walk through a graph", () => {
  test("ends in a cycle", async () => {
    const { digests, edges, truncated } = await walk([edge("root", "a"), edge("a", "b"), edge("b", "root")], {}, ["down", "up"]);
    expect([digests.length, edges.length, truncated]).toEqual([3, 3, false]);
  });

  test("asks for each node once, however many ways lead to it", async () => {
    const levels = Array.from({ length: 30 }, (_, at) => (at === 0 ? ["root"] : [`left${at}`, `right${at}`]));
    const all = levels.flatMap((upper, at) => upper.flatMap((from) => (levels[at + 1] ?? []).map((to) => edge(from, to))));
    const { digests, truncated, asked } = await walk(all);
    expect([digests.length, truncated, asked]).toEqual([59, false, 59]);
  });

  test.each([
    ["depth", { depth: 2 }, 3, 2],
    ["nodes", { nodes: 4 }, 4, 3],
    ["edges", { edges: 2 }, 3, 2],
  ] as const)("stops at the limit of %s and says so", async (_, limits, nodes, edges) => {
    const chain = ["root", "a", "b", "c", "d", "e"].map((name, at, all) => edge(name, all[at + 1] ?? "f"));
    const walked = await walk(chain, limits);
    expect([walked.digests.length, walked.edges.length, walked.truncated]).toEqual([nodes, edges, true]);
  });

  test("a limit in one direction leaves the other as it is", async () => {
    const chain = [edge("root", "a"), edge("a", "b"), edge("above", "root"), edge("top", "above")];
    const both = await walk(chain, { depth: 1 }, directionsOf("both"));
    expect(both.edges.map(({ from, to }) => [from, to])).toEqual([
      [node("root"), node("a")],
      [node("above"), node("root")],
    ]);
    expect(both.truncated).toBe(true);
  });

  test("a limit that left nothing out is no limit", async () => {
    const walked = await walk([edge("root", "a"), edge("a", "blob", "layer")], { depth: 2, nodes: 3, edges: 2 });
    expect([walked.digests.length, walked.truncated]).toEqual([3, false]);
  });

  test("blobs are not followed, and equal edges count once", async () => {
    const walked = await walk([edge("root", "a", "layer"), edge("root", "a", "layer"), edge("a", "b", "layer")]);
    expect([walked.digests.length, walked.edges.length]).toEqual([2, 1]);
  });
});
