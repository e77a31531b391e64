import { describe, expect, test } from "bun:test";
import { parseResolveArgument } from "./reference.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

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
