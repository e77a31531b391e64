import { expect, test } from "bun:test";
import { changedTests } from "./changed-tests.ts";
import { readSources, sourceOf } from "./sources.ts";

const SOURCES = [
  sourceOf("src/oci/digest.ts", ""),
  sourceOf("src/oci/digest.test.ts", 'import "./digest.ts";\n'),
  sourceOf("src/oci/tag.test.ts", ""),
  sourceOf("src/client/pull.ts", 'import "../oci/digest.ts";\nimport text from "./words.txt";\n'),
  sourceOf("src/client/pull.test.ts", 'import "./pull.ts";\n'),
  sourceOf("src/components/sign.ts", ""),
  sourceOf("src/modules/get.ts", ""),
  sourceOf("src/modules/get.test.ts", 'import "./testing/fake.ts";\n'),
  sourceOf("src/modules/testing/fake.ts", ""),
  sourceOf("test/support/server.ts", ""),
  sourceOf("test/conformance/ping.test.ts", 'import "../support/server.ts";\n'),
  sourceOf("test/mod/get/get.test.ts", 'import "../../support/server.ts";\n'),
  sourceOf("test/component/story.test.ts", ""),
];

function reached(...changed: readonly string[]): string[] {
  return [...changedTests(changed, SOURCES)].sort();
}

const PROCESSES = ["test/component/story.test.ts", "test/conformance/ping.test.ts", "test/mod/get/get.test.ts"];

test("what imports a file is reached, and what starts a process that runs it", () => {
  expect(reached("src/oci/digest.ts")).toEqual(["src/client/pull.test.ts", "src/oci/digest.test.ts", ...PROCESSES]);
});

test("what no process of a folder runs does not reach its tests", () => {
  expect(reached("src/client/pull.ts")).toEqual(["src/client/pull.test.ts", "test/component/story.test.ts", "test/mod/get/get.test.ts"]);
  expect(reached("src/components/sign.ts")).toEqual(["test/component/story.test.ts"]);
});

test("a test, and what tests alone use, reach no process", () => {
  expect(reached("src/oci/tag.test.ts")).toEqual(["src/oci/tag.test.ts"]);
  expect(reached("src/modules/testing/fake.ts")).toEqual(["src/modules/get.test.ts"]);
  expect(reached("test/support/server.ts")).toEqual(["test/conformance/ping.test.ts", "test/mod/get/get.test.ts"]);
});

test("a file that is imported as text is one like others, and a fixture reaches the tests of its folder", () => {
  expect(reached("src/client/words.txt")).toContain("src/client/pull.test.ts");
  expect(reached("src/client/words.txt")).not.toContain("src/oci/tag.test.ts");
  expect(reached("test/component/fixtures/a.tar")).toEqual(["test/component/story.test.ts"]);
});

test("what nothing imports has its tests named", () => {
  expect(reached("cue/main.go")).toEqual(["src/modules/get.test.ts", "test/component/story.test.ts", "test/mod/get/get.test.ts"]);
  expect(reached("package.json")).toHaveLength(7);
  expect(reached("docs/guide/components.md")).toEqual(["test/component/story.test.ts"]);
  expect(reached("CHANGELOG.md")).toEqual([]);
});

test("in this project a change of one area leaves the tests of others alone", async () => {
  const tests = changedTests(["src/components/signing/sign.ts"], await readSources());
  expect(tests).toContain("test/component/signing/sign.test.ts");
  for (const test of tests) expect(test).not.toMatch(/^test\/(?:mod|conformance)\/|^src\/(?:oci|storage|server)\//);
});
