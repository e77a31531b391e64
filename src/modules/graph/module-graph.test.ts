import { describe, expect, test } from "bun:test";
import { type Helper, ModuleError } from "../helper/helper.ts";
import type { HelperResult } from "../helper/protocol.ts";
import { readModuleGraph } from "./module-graph.ts";
import { explainModule } from "./why.ts";

const at = (line: number) => ({ file: "main.cue", line, column: 8 });

/** A helper that knows one graph: `a→b` by names of one letter, `0` for the module itself. */
function helperOf(edges: string, imports: readonly string[] = []): Helper {
  const pairs = edges.split(" ").map((edge) => edge.split("→") as [string, string]);
  const names = [...new Set(pairs.flat())].filter((name) => name !== "0").sort();
  const index = (name: string) => names.indexOf(name);
  const graph: HelperResult<"graph"> = {
    main: "m.test/0@v0",
    nodes: names.map((name) => ({ path: `m.test/${name}@v0`, version: "v0.1.0", selected: true, direct: imports.includes(name) })),
    edges: pairs.map(([from, to]) => ({ from: index(from), to: index(to) })),
  };
  const sites = imports.map((name, line) => ({ import: `m.test/${name}@v0`, module: `m.test/${name}@v0`, position: at(line + 1) }));
  const call = async (method: string) => (method === "graph" ? graph : { imports: sites });
  return { call: call as Helper["call"], stream: () => Promise.reject(new Error("nothing has a body")), close: async () => {} };
}

describe("cycles", () => {
  const cycles = async (edges: string) =>
    (await readModuleGraph({ helper: helperOf(edges) }, { root: "/m" })).cycles.map((group) => group.map((path) => path.slice(7, 8)).join(""));

  for (const [edges, found] of [
    ["0→a a→b", []],
    ["0→a 0→b a→b b→a", ["ab"]],
    ["0→a a→0", ["0a"]],
    ["0→a a→a", ["a"]],
    ["0→a a→b b→c c→a c→d d→e e→d", ["abc", "de"]],
    ["0→a 0→b a→c b→c", []],
    ["0→a a→b b→c c→b a→d d→b", ["bc"]],
  ] as const) {
    test(edges, async () => expect(await cycles(edges)).toEqual([...found]));
  }

  test("a chain of any length", async () => {
    const names = [...Array(2000).keys()].map((number) => `n${number}`);
    const edges = [`0→${names[0]}`, ...names.slice(1).map((name, at) => `${names[at]}→${name}`), `${names.at(-1)}→${names[0]}`].join(" ");
    expect((await readModuleGraph({ helper: helperOf(edges) }, { root: "/m" })).cycles.map((group) => group.length)).toEqual([2000]);
  });
});

describe("why", () => {
  const why = (edges: string, imports: readonly string[], name: string) => explainModule({ helper: helperOf(edges, imports) }, name, { root: "/m" });

  test("the shortest way from each import", async () => {
    const [found] = await why("0→a 0→b 0→c 0→d a→b b→c a→c c→d d→a", ["a", "b"], "m.test/d");
    expect(found?.chains.map(({ modules }) => modules.map((path) => path.slice(7, 8)).join(""))).toEqual(["acd", "bcd"]);
    expect(found?.requirers.map(({ path, version }) => [path, version])).toEqual([
      ["m.test/0@v0", undefined],
      ["m.test/c@v0", "v0.1.0"],
    ]);
  });

  test("a module that only stands in deps has no chain", async () => {
    expect((await why("0→a 0→b", ["a"], "m.test/b@v0"))[0]?.chains).toEqual([]);
  });

  test("a package is that of the module with the longest path", async () => {
    expect((await why("0→a", ["a"], "m.test/a/sub/deep"))[0]?.node.path).toBe("m.test/a@v0");
  });

  test("what nothing requires", async () => {
    const error = await why("0→a", ["a"], "m.test/x").catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(ModuleError);
    expect(error).toMatchObject({ code: "not-found" });
  });
});
