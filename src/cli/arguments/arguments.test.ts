import { describe, expect, test } from "bun:test";
import { parseAgeOption, parseTimeOption } from "../options/time.ts";
import { hostArgument } from "./host.ts";
import { parseResolveArgument } from "./ranged-reference.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("hostArgument", () => {
  test.each([
    ["localhost:5000/team/*", { registry: "localhost:5000", rest: "team/*" }],
    ["registry.example.com", { registry: "registry.example.com", rest: "" }],
    ["localhost/team", { registry: "localhost", rest: "team" }],
    ["index.docker.io/library", { registry: "docker.io", rest: "library" }],
  ])("%s", async (text, expected) => {
    expect(await hostArgument(text, {})).toEqual(expected);
  });

  test("with a registry all of it is the rest", async () => {
    expect(await hostArgument("v1.0/app", { registry: "localhost:5000" })).toEqual({ registry: "localhost:5000", rest: "v1.0/app" });
    expect(await hostArgument("team", { registry: "LOCALHOST:5000" })).toEqual({ registry: "localhost:5000", rest: "team" });
    expect(await hostArgument("bad_host.x/y", {}).catch((error: unknown) => error)).toMatchObject({ code: "NAME_INVALID" });
  });
});

describe("parseResolveArgument", () => {
  const parse = (text: string, option?: string) => {
    try {
      const { registry, repository, tag, range } = parseResolveArgument(text, option);
      return [registry, repository, tag, range].map((part) => part ?? "").join(" ");
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
  };

  test.each([
    ["localhost:5000/app", "localhost:5000 app  "],
    ["localhost:5000/app:v1", "localhost:5000 app v1 "],
    ["localhost:5000/app@^1.2", "localhost:5000 app  ^1.2"],
    ["alpine@>=3 <4", "docker.io library/alpine  >=3 <4"],
  ])("%s", (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  test("what contradicts itself", () => {
    expect(parse(`localhost:5000/app@${DIGEST}`)).toContain("nothing to resolve");
    expect(parse("localhost:5000/app@")).toContain("no range after the @");
    expect(parse("localhost:5000/app@^1", "^2")).toContain("given twice");
    expect(parse("localhost:5000/app:v1", "^2")).toContain("names a tag");
    expect(parse("localhost:5000/app:v1@^2")).toContain("app:v1");
  });
});

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
