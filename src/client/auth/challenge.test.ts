import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseChallenges } from "./challenge.ts";
import { mergeScopes } from "./scopes.ts";

test("a bearer challenge has its parameters", () => {
  const header = 'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull,push"';
  expect(parseChallenges(header)).toEqual([
    { scheme: "bearer", parameters: { realm: "https://auth.example.com/token", service: "registry.example.com", scope: "repository:a/b:pull,push" } },
  ]);
});

test("several challenges in one header are told apart, quoted text is unquoted", () => {
  expect(parseChallenges('Basic realm="a \\"b\\", c", Bearer realm=https://x/t , service = "s"')).toEqual([
    { scheme: "basic", parameters: { realm: 'a "b", c' } },
    { scheme: "bearer", parameters: { realm: "https://x/t", service: "s" } },
  ]);
});

test("a scheme alone is a challenge; nothing is none", () => {
  expect(parseChallenges("Negotiate")).toEqual([{ scheme: "negotiate", parameters: {} }]);
  expect(parseChallenges(null)).toEqual([]);
  expect(parseChallenges('"')).toEqual([]);
});

test("no text makes it fail or hang", () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => Array.isArray(parseChallenges(text))));
  expect(parseChallenges(`Bearer ${'a="'.repeat(100_000)}`).length).toBeLessThan(10_000);
});

test("scopes of one resource are one, in an order that does not depend on who asked first", () => {
  const pull = { repository: "a", actions: ["pull"] } as const;
  const push = { repository: "a", actions: ["push", "pull"] } as const;
  const other = { repository: "b", actions: ["pull"] } as const;
  expect(mergeScopes([other, pull, push], "repository:a:delete registry:catalog:*")).toEqual([
    "registry:catalog:*",
    "repository:a:delete,pull,push",
    "repository:b:pull",
  ]);
});
