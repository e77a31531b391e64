import { expect, test } from "bun:test";
import { layerProblems } from "./layers.ts";
import { sourceOf } from "./sources.ts";

function problemsOf(path: string, ...targets: readonly string[]): string[] {
  return layerProblems([sourceOf(path, targets.map((target) => `import { x } from "${target}";\n`).join(""))]);
}

test("imports point down", () => {
  expect(problemsOf("src/components/transfer/x.ts", "./y.ts", "../signing/z.ts", "../../client/pull.ts", "../../oci/digest.ts")).toEqual([]);
  expect(problemsOf("src/server/x.test.ts", "../storage/y.ts", "../../test/support/z.ts")).toEqual([]);
  expect(problemsOf("scripts/x.ts", "../src/cli/run.ts")).toEqual([]);
});

test.each([
  ["src/components/x.ts", "../api/operations.ts"],
  ["src/components/x.ts", "../modules/get/get.ts"],
  ["src/modules/x.ts", "../components/component-error.ts"],
  ["src/oci/x.ts", "../yaml/y.ts"],
  ["src/yaml/x.ts", "../oci/digest.ts"],
  ["src/storage/sql/x.ts", "../../access/grant.ts"],
  ["src/server/v2/x.ts", "../../client/pull.ts"],
  ["src/client/x.ts", "../cli/output/print.ts"],
  ["src/api/x.ts", "../artifacts/facts.ts"],
  ["src/registry/x.ts", "../../test/support/y.ts"],
  ["src/registry/x.ts", "../y.ts"],
  ["src/storage/sql/tags/x.ts", "../manifests/put.ts"],
  ["src/storage/sql/catalog/tags/x.ts", "../../content/blobs.ts"],
  ["src/storage/sql/engine/x.ts", "../operations.ts"],
  ["src/storage/sql/schema/x.ts", "../engine/codes.ts"],
])("%s may not import %s", (path, target) => {
  expect(problemsOf(path, target)).toHaveLength(1);
});

test("types and what is imported while the program runs count, too", () => {
  const text =
    'import type { X } from "../cli/x.ts";\nconst y = await import("../server/y.ts");\nexport { z } from "../config/z.ts";\nimport "../client/w.ts";\n';
  expect(layerProblems([sourceOf("src/storage/x.ts", text)])).toHaveLength(4);
});

test("a folder that nobody gave a place is found", () => {
  expect(problemsOf("src/pages/x.ts")).toEqual(["src/pages/x.ts: src/pages/ is not in the table of layers, scripts/lib/layers.ts"]);
});

test("the rooms of a folder have a direction, too", () => {
  expect(problemsOf("src/cli/sessions/x.ts", "./y.ts", "../options/client.ts", "../../client/pull.ts")).toEqual([]);
  expect(problemsOf("src/cli/commands/x.ts", "../sessions/client.ts", "../run.ts")).toEqual([]);
  expect(problemsOf("src/cli/options/x.ts", "../sessions/client.ts", "../run.ts")).toEqual([
    "src/cli/options/x.ts imports src/cli/sessions/client.ts: options/ may import output",
    "src/cli/options/x.ts imports src/cli/run.ts: options/ may import output",
  ]);
  expect(problemsOf("src/storage/sql/manifests/x.ts", "./y.ts", "../tags/z.ts", "../../metadata/store.ts", "../../../oci/tag.ts")).toEqual([]);
  expect(problemsOf("src/storage/sql/operations.ts", "./definitions/change.ts", "./catalog/reads.ts")).toEqual([]);
  expect(problemsOf("src/storage/sqlite/x.ts", "../sql/engine/executor.ts")).toEqual([]);
});
