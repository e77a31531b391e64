import { expect, test } from "bun:test";
import fc from "fast-check";
import { readPlainYaml } from "./plain-yaml.ts";
import { parseYaml, type YamlFile } from "./yaml-file.ts";

const PATHS = [[], ["a"], ["a", "b.c/d"], ["a", "b.c/d", "url"], ["a", "*"], ["registries", "lib.test"], ["x", "y", "z"]];

/** All that a file says about itself. */
function told(file: YamlFile) {
  return {
    value: file.value,
    duplicates: file.duplicates,
    positions: PATHS.map((path) => file.position(path)),
    keys: PATHS.map((path) => file.keyPosition(path.slice(0, -1), path.at(-1) ?? "")),
  };
}

function parsed(text: string) {
  try {
    return told(parseYaml(text, "f"));
  } catch {
    return "refused";
  }
}

test.each([
  "registries:\n  lib.test: 127.0.0.1:5000\n",
  'registries:\n  "lib.test": "127.0.0.1:5000/x" # why\n\n  other.test:\n    url: http://r.test/a/\n    insecure: true\n  \'*\': r.test',
  "# first\r\na:\r\n  b.c/d:\r\n      url: x\r\n",
  "a: b\n",
])("%j is read as the parser does", (text) => {
  const plain = readPlainYaml(text, "f");
  expect(plain && told(plain)).toEqual(parsed(text) as ReturnType<typeof told>);
});

test.each([
  "",
  "a:",
  "a: 5",
  "a: 1.5",
  "a: 0x10",
  "a: 1e3",
  "a: null",
  "a: ~",
  "a: yes",
  "5: x",
  "null: x",
  "a: {b: c}",
  "a: [b]",
  "- a",
  "a: &b c",
  "a: !x c",
  "a: |\n  text",
  "a: b\n  c: d",
  "a: b\n c",
  "a:\n  b: c\n d: e",
  " a: b",
  "a: b\na: c",
  "\ta: b",
  "a:\tb",
  '"a\\n": b',
  "a: b: c",
  "a: b #c\n---\nd: e",
  "a: 'it''s'",
  "__proto__: a",
  "a:b",
])("%j is left to the parser", (text) => {
  expect(readPlainYaml(text, "f")).toBeUndefined();
});

const piece = fc.constantFrom(
  "registries",
  "lib.test",
  "a",
  "b.c/d",
  "url",
  '"*"',
  "'x'",
  '"a b"',
  ":",
  ": ",
  ":  ",
  "\n",
  "\n",
  "\n  ",
  "\n    ",
  "\n ",
  " #",
  " # c",
  "#",
  "true",
  "5",
  "r.test/x",
  "127.0.0.1:5000",
  "http://r.test",
  "- ",
  "{",
  "}",
  "null",
  "\t",
  "'",
  '"',
  "\\",
  "&x",
  "*x",
  "\r\n",
  "---",
);

test("what it reads the parser reads in the same way", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join("");
      const plain = readPlainYaml(text, "f");
      if (plain !== undefined) expect(told(plain)).toEqual(parsed(text) as ReturnType<typeof told>);
    }),
    { numRuns: 20_000 },
  );
});

const key = fc.constantFrom("a", "b.c/d", '"*"', "'x'", '"b.c/d"', "url", "registries", "lib.test");
const value = fc.constantFrom("r.test", "true", '"x y"', "'z'", "127.0.0.1:5000/m+insecure", "5", "yes", "a:b", "");
const line = fc
  .tuple(fc.constantFrom("", "  ", "  ", "    "), key, value, fc.constantFrom("", "", " # c"))
  .map(([space, name, said, comment]) => `${space}${name}: ${said}${comment}`);

test("maps of any shape, too", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
      const text = lines.join("\n");
      const plain = readPlainYaml(text, "f");
      if (plain === undefined) return;
      read++;
      expect(told(plain)).toEqual(parsed(text) as ReturnType<typeof told>);
    }),
    { numRuns: 20_000 },
  );
  expect(read).toBeGreaterThan(500);
});
