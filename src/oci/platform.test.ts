import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { bestPlatform, formatPlatform, parsePlatform, platformFilter, platformMatch, rankByPlatform, runnablePlatforms } from "./platform.ts";

/** The usual name of a platform. */
function named(text: string): string | undefined {
  const platform = parsePlatform(text);
  return platform && formatPlatform(platform);
}

describe("a platform", () => {
  test.each([
    ["linux/amd64", "linux/amd64"],
    ["linux/x86_64", "linux/amd64"],
    ["linux/x86-64", "linux/amd64"],
    ["Linux/AMD64", "linux/amd64"],
    ["linux/x64", "linux/amd64"],
    ["linux/aarch64", "linux/arm64"],
    ["linux/AArch64/V8", "linux/arm64/v8"],
    ["linux/armhf", "linux/arm/v7"],
    ["linux/armv7l", "linux/arm/v7"],
    ["linux/armhf/v6", "linux/arm/v6"],
    ["linux/armel", "linux/arm/v6"],
    ["linux/arm/7", "linux/arm/v7"],
    ["linux/i386", "linux/386"],
    ["Windows/I686", "windows/386"],
    ["macOS/aarch64", "darwin/arm64"],
    ["linux/riscv64", "linux/riscv64"],
    ["linux/constructor", "linux/constructor"],
  ])("%s is %s", (text, expected) => {
    expect(named(text)).toBe(expected);
    expect(named(expected)).toBe(expected);
  });

  test.each(["", "linux", "/", "linux/", "/amd64", "linux/amd64/", "linux/arm/v7/x", "linux /amd64", "linux/amd64\n", `linux/${"a".repeat(65)}`])(
    "%j is none",
    (text) => {
      expect(parsePlatform(text)).toBeUndefined();
    },
  );

  test("normal names stay, whatever they are made of", () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/);
    fc.assert(
      fc.property(part, part, fc.option(part, { nil: undefined }), (os, architecture, variant) => {
        const name = named(variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`);
        expect(named(name ?? "")).toBe(name);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a match", () => {
  test.each([
    ["linux/amd64", "linux/amd64", 2],
    ["linux/x86_64", "linux/amd64", 2],
    ["linux/amd64", "Linux/x86_64", 2],
    ["linux/armhf", "linux/arm/7", 2],
    ["linux/arm64", "linux/arm64/v8", 1],
    ["linux/arm64/v8", "linux/arm64", 1],
    ["linux/aarch64/v8", "linux/aarch64", 1],
    ["linux/armhf", "linux/arm", 1],
    ["linux/arm", "linux/arm/v6", 1],
    ["linux/arm/v6", "linux/arm", 0],
    ["linux/arm/v6", "linux/arm/v7", 0],
    ["linux/amd64", "windows/amd64", 0],
    ["linux/amd64", "linux/386", 0],
  ] as const)("of %s with %s is %p", (wanted, there, expected) => {
    const split = (text: string) => {
      const [os = "", architecture = "", variant] = text.split("/");
      return { os, architecture, ...(variant !== undefined && { variant }) };
    };
    expect(platformMatch(split(wanted), split(there))).toBe(expected);
  });
});

test("the best comes first, of equals the first; what names no platform is left out", () => {
  const there = ["linux/arm/v6", undefined, "linux/arm/v7", "linux/arm", "unknown/unknown", "linux/amd64"];
  const ranked = (wanted: string) => rankByPlatform(parsePlatform(wanted) ?? { os: "", architecture: "" }, there, (text) => parsePlatform(text ?? ""));
  expect(ranked("linux/arm")).toEqual(["linux/arm", "linux/arm/v6", "linux/arm/v7"]);
  expect(ranked("linux/armhf")).toEqual(["linux/arm/v7", "linux/arm"]);
  expect(ranked("unknown/unknown")).toEqual(["unknown/unknown"]);
  expect(ranked("plan9/mips")).toEqual([]);
});

test("a filter takes platforms by any of their names", () => {
  const suits = platformFilter(["Linux/aarch64", "windows/x64", "nonsense"]);
  for (const there of [["linux/arm64"], ["linux/arm64/v8"], ["linux/s390x", "windows/amd64"]]) expect(suits(there)).toBe(true);
  for (const there of [[], ["linux/amd64"], ["nonsense"]]) expect(suits(there)).toBe(false);
});

test("platforms that something runs on, each once, in their order", () => {
  const [arm, amd] = [
    { os: "linux", architecture: "arm64", variant: "v8" },
    { os: "linux", architecture: "amd64" },
  ];
  expect(runnablePlatforms([arm, undefined, { os: "unknown", architecture: "unknown" }, amd, arm, { os: "linux", architecture: "unknown" }])).toEqual([
    "linux/arm64/v8",
    "linux/amd64",
  ]);
});

test("the best of several", () => {
  const there = ["linux/amd64", "linux/arm", "linux/arm/v7"].map((text) => parsePlatform(text)).filter((platform) => platform !== undefined);
  expect(bestPlatform({ os: "linux", architecture: "arm", variant: "v7" }, there)).toEqual({ os: "linux", architecture: "arm", variant: "v7" });
  expect(bestPlatform({ os: "plan9", architecture: "arm" }, there)).toBeUndefined();
});
