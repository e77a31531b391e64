import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { factsOf } from "../testing/artifact.ts";
import { parsed } from "../testing/content.ts";

/** As `cue mod tidy` writes it, with what people add. */
const MODULE = `// Our web shop.
module: "shop.example/web@v1"
language: {
	version: "v0.9.2"
}
source: kind: "git"
description: "Renders the shop" // for people
deps: {
	"cue.dev/x/k8s.io@v0": {
		v:       "v0.7.0"
		default: true
	}
	"shop.example/lib@v2": v: "v2.1.0-rc.1"
}
deps: "shop.example/other@v0": v: "v0.1.2"
custom: "opm.dev@v0": {limits: [1, -2, 0x1F, {a: null}], on: true, ...X}
`.replace(", ...X", "");

const problem = (source: string | Uint8Array) => parsed("cue-module", source).problem;

describe("cue-module", () => {
  test("reads the module file", () => {
    const { findings, problem } = parsed("cue-module", MODULE);
    expect(problem).toBeUndefined();
    expect(findings).toMatchObject({ title: "shop.example/web@v1", description: "Renders the shop", provides: ["cue:shop.example/web"] });
    expect(findings.dependencies).toEqual([
      { kind: "cue-module", key: "cue:cue.dev/x/k8s.io", name: "cue.dev/x/k8s.io@v0", requirement: "v0.7.0" },
      { kind: "cue-module", key: "cue:shop.example/lib", name: "shop.example/lib@v2", requirement: "v2.1.0-rc.1" },
      { kind: "cue-module", key: "cue:shop.example/other", name: "shop.example/other@v0", requirement: "v0.1.2" },
    ]);
  });

  test("reads a module without major or dependencies", () => {
    expect(parsed("cue-module", 'module: "a.example"\n')).toMatchObject({ problem: undefined, findings: { provides: ["cue:a.example"], dependencies: [] } });
  });

  test("reads the layer of the module file among others", async () => {
    const facts = await factsOf({
      config: { mediaType: "application/vnd.cue.module.v1+json", content: {} },
      layers: [
        { mediaType: "application/zip", content: "PK" },
        { mediaType: "application/vnd.cue.modulefile.v1", content: MODULE },
      ],
    });
    expect(facts.problem).toBeUndefined();
    expect(facts.provides).toEqual(["cue:shop.example/web"]);
  });

  test("misses the layer of the module file", async () => {
    const facts = await factsOf({ config: { mediaType: "application/vnd.cue.module.v1+json", content: {} } });
    expect(facts.problem).toBe("a CUE module needs a layer of type application/vnd.cue.modulefile.v1");
  });

  test.each([
    ["", "has no module path"],
    ["module: 1", "has no module path"],
    ['module: ""', "has no module path"],
    ['module: "a.example"\ndeps: "x"', "not a struct"],
    ['module: "a.example"\ndeps: "b.example@v0": "v1"', "not a struct"],
    ['module: "a.example"\nmodule: "b.example"', "gives 'module' two values"],
    ['module: "a.example" & string', "line 1: unexpected '&'"],
    ["module: string", "unexpected 'string'"],
    ['module: "a.example"\n\nx: *1 | int', "line 3: unexpected '*'"],
    ['module: "a\\(b)"', "an escape"],
    ['module: "a', "a string without an end"],
    ["{".repeat(5), "unexpected"],
    ["a: ".repeat(100_000), "nested deeper than 64"],
    [`a: ${"[".repeat(100_000)}`, "nested deeper than 64"],
    [`a: ${"{b: ".repeat(100_000)}`, "nested deeper than 64"],
    ["a: 1 b: 2", "unexpected 'b'"],
    ["PK\u0003\u0004", "unexpected"],
  ])("explains %p", (source, part) => expect(problem(source)).toContain(part));

  test("explains bytes that are no text", () => expect(problem(new Uint8Array([0x6d, 0xff]))).toBe("the module file is not text in UTF-8"));

  test("bounds dependencies without end", () => {
    const deps = Array.from({ length: 6000 }, (_, at) => `"d${at}.example@v0": v: "v0.0.1"`).join("\n");
    const { findings } = parsed("cue-module", `module: "a.example"\ndeps: {${deps}}`);
    expect(findings.dependencies).toHaveLength(5000);
    expect(findings.truncated).toBe(true);
  });

  test("answers for any text", () => {
    const piece = fc.constantFrom('"', "'", '"""', "#", "\\", "{", "}", "[", "]", ":", ",", "\n", "module", "deps", "1", "-", "/", "//", "é", '"a"', "\\u00e9");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const result = problem(pieces.join(""));
        return result === undefined || /the module file|only plain data/.test(result);
      }),
      { numRuns: 500 },
    );
  });
});
