import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { durationSchema, formatDuration, formatSize, parseDuration, parseSize, sizeSchema } from "./units.ts";

describe("sizes", () => {
  test.each([
    ["0", 0],
    ["4096", 4096],
    ["4MiB", 4 * 2 ** 20],
    ["1.5 GiB", 1.5 * 2 ** 30],
    ["10GB", 1e10],
    ["1kB", 1000],
    ["3B", 3],
  ])("%s", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each(["", "-1", "1x", "1mib", "MiB", "1e9", "9999999TiB", "1 MiB x", "1constructor", "0x10", "NaN"])("refuses %p", (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  test("take numbers as bytes, and nothing else", () => {
    expect(sizeSchema.parse(5)).toBe(5);
    for (const value of [-1, 1e30, Number.NaN, true, null, "x"]) expect(sizeSchema.safeParse(value).success).toBe(false);
  });

  test("are read as they are written", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => parseSize(formatSize(bytes)) === bytes));
  });
});

describe("durations", () => {
  test.each([
    ["0s", 0],
    ["500ms", 500],
    ["1.5s", 1500],
    ["15m", 900_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
  ])("%s", (text, millis) => {
    expect(parseDuration(text)).toBe(millis);
  });

  test.each(["", "5", "-5s", "5 s", "1w", "s", "1m30s", "9999999999999d"])("refuses %p", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("need a unit", () => {
    expect(durationSchema.safeParse(5).success).toBe(false);
  });

  test("are read as they are written", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (millis) => parseDuration(formatDuration(millis)) === millis));
  });
});
