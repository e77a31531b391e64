import { describe, expect, test } from "bun:test";
import { processorTime } from "../../../test/support/processor-time.ts";
import { type CueValue, parseCueData } from "./cue-data.ts";

/** Structs as objects, numbers as they are written. */
function plain(value: CueValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, item]) => [name, plain(item)]));
  if (Array.isArray(value)) return value.map(plain);
  return value;
}

describe("parseCueData", () => {
  test.each([
    ["", {}],
    ["package x\n\na: true", { a: true }],
    ["a: b: c: 1", { a: { b: { c: { number: "1" } } } }],
    ["a: b: 1, a: c: 2", { a: { b: { number: "1" }, c: { number: "2" } } }],
    ["a: {b: 1}\na: b: 1", { a: { b: { number: "1" } } }],
    ['"x y": "z", #d: 1, _h: 2', { "x y": "z", "#d": { number: "1" }, _h: { number: "2" } }],
    ["a: [1, 2,\n 3,\n]", { a: [{ number: "1" }, { number: "2" }, { number: "3" }] }],
    ["a: []\nb: {}", { a: [], b: {} }],
    ["a: -1.5e+3\nb: 10Mi\nc: .5\nd: 1_000", { a: { number: "-1.5e+3" }, b: { number: "10Mi" }, c: { number: ".5" }, d: { number: "1_000" } }],
    ["a: null // b: 1\n// c", { a: null }],
    ["__proto__: a: 1", { ["__proto__"]: { a: { number: "1" } } }],
    ['a: "\\t\\"\\u00e9\\U0001F600\\/"', { a: '\t"é😀/' }],
    ['a: #"x\\ny\\#nz"#', { a: "x\\ny\nz" }],
    ["a: 'bytes'", { a: "bytes" }],
    ['a: """\n\tone\n\t  two\n\n\tthree\n\t"""', { a: "one\n  two\n\nthree" }],
    ['a: ##"""\n  say "#" and """#\n  """##', { a: 'say "#" and """#' }],
  ])("%p", (source, expected) => expect(plain(parseCueData(source))).toEqual(expected));

  test("fields that appear again and again take time in proportion to their number", async () => {
    const timed = (fields: number): Promise<number> => {
      const source = Array.from({ length: fields }, (_, index) => `a: x${index}: 1`).join("\n");
      return processorTime(() => expect((parseCueData(source).get("a") as ReadonlyMap<string, CueValue>).size).toBe(fields));
    };
    await timed(2000);
    // In their square it would be 400 times as long, and minutes.
    expect(await timed(100_000)).toBeLessThan(100 * Math.max(await timed(5000), 5));
  });

  test("takes no time that grows with more than the length", () => {
    expect(() => parseCueData(`a: "${"\\".repeat(400_000)}`)).toThrow();
    expect(plain(parseCueData(`${" ".repeat(400_000)}a: 1`))).toEqual({ a: { number: "1" } });
    expect(plain(parseCueData(`a: ${"1".repeat(400_000)}`))).toHaveProperty("a");
  });
});
