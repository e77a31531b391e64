import { describe, expect, test } from "bun:test";
import { parseAgeOption, parseTimeOption } from "./values.ts";

describe("parseTimeOption", () => {
  test("dates, times, ages", () => {
    expect(parseTimeOption("2026-01-31")).toBe("2026-01-31T00:00:00.000Z");
    expect(parseTimeOption("2026-01-31T12:00:00+02:00")).toBe("2026-01-31T10:00:00.000Z");
    expect(Math.abs(Date.parse(parseTimeOption("7d")) - (Date.now() - 7 * 86_400_000))).toBeLessThan(5000);
    expect(parseAgeOption("90d")).toBe(90 * 86_400);
  });

  test.each(["yesterday", "2026-13-01", "7w", "", "-1d", "999999999d"])("no time: %s", (text) => {
    expect(() => parseTimeOption(text)).toThrow("Expected a date");
  });

  test.each(["90", "1y", "-1d"])("no age: %s", (text) => {
    expect(() => parseAgeOption(text)).toThrow("Expected an age");
  });
});
