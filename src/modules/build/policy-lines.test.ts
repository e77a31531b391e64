import { expect, test } from "bun:test";
import type { PolicyResult } from "./build.ts";
import { policyLines } from "./policy-lines.ts";

const policy: PolicyResult = {
  name: "non-root",
  mode: "block",
  origin: "example.com/platform@v0.1.0",
  position: { file: "p.cue", line: 1, column: 1 },
  objects: [],
  violations: [],
};
const violation = { message: "conflicting values", positions: [] };

test("a policy names the first of its objects and counts the others", () => {
  const objects = ["Deployment/a", "Deployment/b", "Deployment/c", "Deployment/d", "Deployment/e"];
  expect(policyLines([{ ...policy, objects }])).toEqual([
    "policy non-root of example.com/platform@v0.1.0: Deployment/a, Deployment/b, Deployment/c and 2 more",
  ]);
  expect(policyLines([{ ...policy, objects: objects.slice(0, 1) }, policy])).toEqual([
    "policy non-root of example.com/platform@v0.1.0: Deployment/a",
    "policy non-root of example.com/platform@v0.1.0: no object",
  ]);
});

test("a policy that does not block says so, and what violates it", () => {
  expect(policyLines([{ ...policy, mode: "warn", objects: ["Deployment/a"], violations: [violation, violation] }])).toEqual([
    "policy non-root of example.com/platform@v0.1.0 (warn): 2 violations",
  ]);
});
