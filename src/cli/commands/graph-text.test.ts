import { describe, expect, test } from "bun:test";
import type { GraphAnswer } from "../../client/packages/answers.ts";
import { dotGraph, drawGraph } from "./graph-text.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as GraphAnswer["root"];
const manifest = { kind: "manifest", mediaType: "application/vnd.oci.image.manifest.v1+json", size: 100, type: null, tags: [], missing: false } as const;

function graphOf(nodes: readonly string[], edges: readonly [string, string, GraphAnswer["edges"][number]["kind"]][]): GraphAnswer {
  return {
    source: "server",
    name: "team/app" as GraphAnswer["name"],
    root: digest("a"),
    nodes: nodes.map((letter) => ({ ...manifest, tags: [], digest: digest(letter) })),
    edges: edges.map(([from, to, kind]) => ({ from: digest(from), to: digest(to), kind })),
    truncated: false,
  };
}

describe("drawGraph", () => {
  test("follows a part that is shared once", () => {
    const graph = graphOf("abcd".split(""), [
      ["a", "b", "child"],
      ["a", "c", "child"],
      ["b", "d", "layer"],
      ["c", "b", "child"],
    ]);
    expect(drawGraph(graph, "down").map((line) => line.replaceAll(/ application[^ ]*, 100 B/g, ""))).toEqual([
      "sha256:aaaaaaaaaaaa",
      "├── child sha256:bbbbbbbbbbbb",
      "│   └── layer sha256:dddddddddddd",
      "└── child sha256:cccccccccccc",
      "    └── child sha256:bbbbbbbbbbbb (see above)",
    ]);
  });

  test("a ladder of shared parts, and a cycle, end", () => {
    const letters = "abcdefghijklmnopqrstuvwxyz".split("");
    const rungs = letters.slice(1).flatMap((to, at): [string, string, "child"][] => Array.from({ length: 4 }, () => [letters[at] ?? "a", to, "child"]));
    expect(drawGraph(graphOf(letters, rungs), "down").length).toBeLessThan(200);
    expect(drawGraph(graphOf(["a"], [["a", "a", "subject"]]), "up")).toHaveLength(2);
  });
});

test("dotGraph quotes what would end a label", () => {
  const graph = graphOf(["a"], []);
  const hostile = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, type: 'x"];\u001b[2J\\' })) };
  expect(dotGraph(hostile)[2]).toContain('x\\"];\\\\u{1b}[2J\\\\');
});
