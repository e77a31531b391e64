import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ContentError } from "./content-error.ts";
import { parseJson, parseJsonObject } from "./json.ts";

const parse = (text: string | Uint8Array) => parseJson(Buffer.from(text), "the test");
const failure = (text: string | Uint8Array) => {
  try {
    return parse(text);
  } catch (error) {
    return error instanceof ContentError ? error.message : error;
  }
};

describe("parseJson", () => {
  test("agrees with JSON.parse", () => {
    fc.assert(fc.property(fc.json(), (text) => Bun.deepEquals(parse(text), JSON.parse(text))));
  });
  test("takes brackets and quotes in strings for what they are", () => {
    const text = JSON.stringify({ '[[["\\': `${"[{".repeat(300)}\\"` });
    expect(parse(text)).toEqual(JSON.parse(text));
  });
  test("drops a byte order mark", () => expect(parse("\uFEFF{}")).toEqual({}));
  test("limits depth", () => {
    expect(parse("[".repeat(256) + "]".repeat(256))).toBeArray();
    expect(failure("[".repeat(257) + "]".repeat(257))).toBe("the test is nested deeper than 256 levels");
  });
  test("limits the number of values", () => expect(failure(`[${"0,".repeat(2_000_001)}0]`)).toBe("the test has more than 2000000 values"));
  test("names what is no JSON", () => expect(failure("{")).toBe("the test is not valid JSON"));
  test("names what is no UTF-8", () => expect(failure(new Uint8Array([0x22, 0xff, 0x22]))).toBe("the test is not text in UTF-8"));
  test("throws nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const result = failure(bytes);
        return !(result instanceof Error);
      }),
    );
  });
});

test("parseJsonObject takes objects only", () => {
  expect(parseJsonObject(Buffer.from('{"a":1}'), "it")).toEqual({ a: 1 });
  for (const text of ["[]", "null", '"a"', "1"]) expect(() => parseJsonObject(Buffer.from(text), "it")).toThrow("it is not a JSON object");
});
