import { describe, expect, test } from "bun:test";
import { FactCollector } from "./fact-collector.ts";
import { DEPENDENCY_LIMIT, LABEL_LIMIT, VALUE_LIMIT } from "./limits.ts";

const dependency = (key: string, requirement?: string) => ({
  kind: "sbom-package" as const,
  key,
  name: key,
  ...(requirement !== undefined && { requirement }),
});

function collected(fill: (facts: FactCollector) => void) {
  const facts = new FactCollector();
  fill(facts);
  return facts.findings();
}

describe("FactCollector", () => {
  test("keeps what came first", () => {
    const found = collected((facts) => {
      facts.text("title", "first");
      facts.text("title", "second");
      facts.text("version", "  ");
      facts.text("version", 1);
      facts.text("version", "1.0.0");
    });
    expect(found).toEqual({ platforms: [], labels: {}, title: "first", version: "1.0.0", provides: [], dependencies: [], truncated: false });
  });

  test("counts equal dependencies once, and versions apart", () => {
    const found = collected((facts) => {
      for (const version of ["1", "1", "2"]) facts.dependency(dependency("pkg:npm/a", version));
    });
    expect(found.dependencies.map(({ requirement }) => requirement)).toEqual(["1", "2"]);
  });

  test("cuts numbers and says so", () => {
    const found = collected((facts) => {
      for (let at = 0; at < DEPENDENCY_LIMIT + 1; at++) facts.dependency(dependency(`pkg:npm/${at}`));
      for (let at = 0; at < LABEL_LIMIT + 1; at++) facts.label(`label ${at}`, "x");
    });
    expect(found.dependencies).toHaveLength(DEPENDENCY_LIMIT);
    expect(Object.keys(found.labels)).toHaveLength(LABEL_LIMIT);
    expect(found.truncated).toBe(true);
  });

  test("cuts texts in bytes, between characters", () => {
    const found = collected((facts) => facts.text("description", "€".repeat(VALUE_LIMIT)));
    expect(Buffer.byteLength(found.description ?? "")).toBeWithin(VALUE_LIMIT - 3, VALUE_LIMIT + 1);
    expect(found.description).toMatch(/^€+$/);
    expect(found.truncated).toBe(true);
  });

  test("leaves out a dependency whose key would have to be cut", () => {
    const found = collected((facts) => facts.dependency(dependency("k".repeat(600))));
    expect(found).toMatchObject({ dependencies: [], truncated: true });
  });

  test("keeps no character that a database or a terminal stumbles over", () => {
    const found = collected((facts) => {
      facts.text("title", "a\0b\u001b[31m\ud800");
      facts.label("__proto__", "a\r\nb\tc");
    });
    expect(found.title).toBe("a\uFFFDb\uFFFD[31m\uFFFD");
    expect(Object.entries(found.labels)).toEqual([["__proto__", "a\nb\tc"]]);
  });

  test("adds what another one found, within the same limits", () => {
    const first = collected((facts) => {
      for (let at = 0; at < DEPENDENCY_LIMIT; at++) facts.dependency(dependency(`pkg:npm/${at}`));
      facts.platform({ os: "linux", architecture: "arm64", variant: "v8" });
      facts.text("title", "t");
      facts.provides("ocm:a");
    });
    const both = collected((facts) => {
      facts.add(first);
      facts.add(first);
    });
    expect(both).toEqual(first);
  });
});
