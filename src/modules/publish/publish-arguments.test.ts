import { describe, expect, test } from "bun:test";
import { parsePublishArguments } from "./publish-arguments.ts";

describe("arguments of publish", () => {
  const cases: readonly (readonly [readonly string[], string | undefined, string | undefined])[] = [
    [[], undefined, undefined],
    [["v1.0.0"], undefined, "v1.0.0"],
    [["1.2.3"], undefined, "1.2.3"],
    [["V1.2.3"], undefined, "V1.2.3"],
    [["v1"], undefined, "v1"],
    [["latest"], undefined, "latest"],
    [["v1.0.0-rc.1+b"], undefined, "v1.0.0-rc.1+b"],
    [["lib.test/base", "v1.0.0"], "lib.test/base", "v1.0.0"],
    [["lib.test/base@v1", "v1.0.0"], "lib.test/base", "v1.0.0"],
    [["lib.test/base:v1.0.0"], "lib.test/base", "v1.0.0"],
    [["lib.test/base@v1.0.0"], "lib.test/base", "v1.0.0"],
    [["lib.test/base@v1:v1.0.0"], "lib.test/base", "v1.0.0"],
    [["lib.test/base@v1"], "lib.test/base", undefined],
    [["lib.test/base"], "lib.test/base", undefined],
    [["cue.example"], "cue.example", undefined],
    [["localhost:5000"], "localhost:5000", undefined],
    [["127.0.0.1"], "127.0.0.1", undefined],
    [["127.0.0.1:5000/pre"], "127.0.0.1:5000/pre", undefined],
    [["127.0.0.1:5000/pre:v1"], "127.0.0.1:5000/pre", "v1"],
    [["127.0.0.1:5000/pre:latest"], "127.0.0.1:5000/pre", "latest"],
    [["[::1]:5000"], "[::1]:5000", undefined],
    [["[::1]:5000/pre:v1.0.0"], "[::1]:5000/pre", "v1.0.0"],
    [["[::1]/pre"], "[::1]/pre", undefined],
  ];
  for (const [texts, reference, version] of cases) {
    test(`'${texts.join(" ")}'`, () => expect(parsePublishArguments(texts, "v1")).toEqual({ reference, version }));
  }
});
