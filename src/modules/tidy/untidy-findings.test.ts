import { expect, test } from "bun:test";
import { untidyFindings } from "./untidy-findings.ts";

const position = { file: "main.cue", line: 3, column: 8 };
const declared = { file: "cue.mod/module.cue", line: 7, column: 2 };
const imports = [{ import: "m.test/a/sub", position }];
const dependencies = [{ path: "m.test/a@v0", version: "v0.1.0", default: false, position: declared }];

test("each change has a reason and its places", () => {
  const found = untidyFindings(
    [
      { path: "m.test/a@v0", from: "v0.1.0", imports: [] },
      { path: "m.test/b@v0", from: "v0.1.0", to: "v0.2.0", imports },
      { path: "m.test/c@v0", from: "v0.1.0", to: "v0.1.0", imports },
      { path: "m.test/d@v0", to: "v0.1.0", imports },
      { path: "m.test/a/sub", imports },
    ],
    dependencies,
  );
  expect(found.map(({ message, positions }) => [message, positions[0]])).toEqual([
    ["m.test/a@v0 v0.1.0 is in deps, but nothing needs it: run 'opm mod tidy'", declared],
    ["m.test/b@v0 is v0.1.0 in deps, where v0.2.0 is needed: run 'opm mod tidy'", position],
    ["m.test/c@v0 is not marked in deps as the imports need it: run 'opm mod tidy'", position],
    [`deps lack m.test/d@v0, which provides the import "m.test/a/sub": run 'opm mod tidy'`, position],
    ["deps lack m.test/a/sub: run 'opm mod tidy'", position],
  ]);
});

test("a file that is only written otherwise is said as well", () => {
  expect(untidyFindings([])).toMatchObject([{ check: "tidy", positions: [] }]);
});
