import { describe, expect, test } from "bun:test";
import { assert, constantFrom, integer, oneof, property, string } from "fast-check";
import { RegistryError } from "../oci/errors.ts";
import { parseByteRange, parseContentRange } from "./range.ts";

function refusalOf(work: () => unknown): RegistryError {
  try {
    work();
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("Range", () => {
  test.each([
    ["bytes=0-0", { start: 0, end: 0 }],
    ["bytes=0-99", { start: 0, end: 99 }],
    ["bytes=90-", { start: 90, end: 99 }],
    ["bytes=90-1000", { start: 90, end: 99 }],
    ["bytes=0-99999999999999999999999", { start: 0, end: 99 }],
    ["bytes=-10", { start: 90, end: 99 }],
    ["bytes=-1000", { start: 0, end: 99 }],
    ["bytes= 5-6 ", { start: 5, end: 6 }],
  ])("%s of 100 bytes", (header, expected) => {
    expect(parseByteRange(header, 100)).toEqual(expected);
  });

  test.each([undefined, "", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,5-6", "lines=0-1", "bytes 0-1", "bytes=0x1-2", "bytes=1.5-2"])(
    "%p is the whole",
    (header) => {
      expect(parseByteRange(header, 100)).toBeUndefined();
    },
  );

  test.each(["bytes=100-", "bytes=100-200", "bytes=5-4", "bytes=-0", "bytes=99999999999999999999999-"])("%s of 100 bytes is 416 with the size", (header) => {
    const { status, headers } = refusalOf(() => parseByteRange(header, 100));
    expect(status).toBe(416);
    expect(headers["Content-Range"]).toBe("bytes */100");
  });

  test.each(["bytes=0-", "bytes=0-0", "bytes=-1"])("%s of nothing is 416", (header) => {
    expect(refusalOf(() => parseByteRange(header, 0)).status).toBe(416);
  });

  test("what it gives always lies within the content", () => {
    const position = oneof(constantFrom(""), integer({ min: 0, max: 300 }).map(String), string());
    const input = property(position, position, integer({ min: 0, max: 200 }), (first, last, size) => {
      try {
        const range = parseByteRange(`bytes=${first}-${last}`, size);
        if (range === undefined) return true;
        return range.start >= 0 && range.start <= range.end && range.end < size;
      } catch (error) {
        return error instanceof RegistryError && error.status === 416;
      }
    });
    assert(input, { numRuns: 2000 });
  });
});

describe("Content-Range of a chunk", () => {
  test.each(["10-19", "bytes 10-19", "bytes=10-19", "bytes 10-19/*", "10-19/100"])("%s", (header) => {
    expect(parseContentRange(header, 10)).toEqual({ start: 10, end: 19 });
    expect(parseContentRange(header, undefined)).toEqual({ start: 10, end: 19 });
  });

  test("none is none", () => {
    expect(parseContentRange(undefined, 10)).toBeUndefined();
  });

  test.each(["", "19-10", "-10", "10-", "a-b", "1-2-3", "bytes", "0-9999999999999999", " 1-2", "1 - 2"])("%p is refused", (header) => {
    expect(refusalOf(() => parseContentRange(header, undefined)).code).toBe("BLOB_UPLOAD_INVALID");
  });

  test("one that is not as long as the body is refused", () => {
    expect(refusalOf(() => parseContentRange("0-9", 9)).code).toBe("SIZE_INVALID");
  });

  test("any text gives a range or a refusal", () => {
    const input = property(string({ maxLength: 200 }), (text) => {
      try {
        const range = parseContentRange(text, undefined);
        return range !== undefined && Number.isSafeInteger(range.end) && range.start <= range.end;
      } catch (error) {
        return error instanceof RegistryError && error.status === 400;
      }
    });
    assert(input, { numRuns: 1000 });
  });
});
