import { expect, test } from "bun:test";
import { executableTests } from "./test-stages.ts";

test("each entry of the list of tests of the executable names files, each once", () => {
  const files = executableTests([]);
  expect(files).toContain("test/cli/serve.test.ts");
  expect(files).toContain("test/mod/story.test.ts");
  expect(new Set(files).size).toBe(files.length);
  expect(executableTests(["test/cli/serve"])).toEqual(["test/cli/serve.test.ts"]);
  expect(executableTests(["nothing"])).toEqual([]);
});
