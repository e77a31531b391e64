import { expect, test } from "bun:test";
import type { DeclaredCatalog, StoredType } from "../storage/metadata/catalog/definitions.ts";
import { liveTypes } from "./admitted-types.ts";

const NEW = "application/vnd.example.plan.v1+json";

function declare(types: readonly StoredType[]): DeclaredCatalog {
  return { revision: 1, namespaces: [], projects: [], repositories: [], grants: [], types };
}

function stored(type: string, rule: StoredType["rule"], definition: Readonly<Record<string, unknown>> = {}): StoredType {
  return { type, rule, title: rule === "known" ? "Stored" : undefined, definition };
}

test("what was declared adds to the configuration, and changes while it runs", () => {
  let catalog = declare([]);
  const types = liveTypes({ add: [{ type: NEW, title: "Configured", icon: "plan" }], allow: [], deny: ["application/vnd.bad.*"] }, { current: () => catalog });
  expect(types().find(NEW)).toMatchObject({ title: "Configured", icon: "plan", source: "configuration" });
  expect(types()).toBe(types());
  catalog = declare([stored(NEW, "known", { consume: "plan run {reference}" }), stored("application/vnd.worse.*", "deny"), stored("application/*", "allow")]);
  expect(types().find(NEW)).toMatchObject({ title: "Stored", icon: "plan", consume: "plan run {reference}", source: "stored" });
  expect(["application/vnd.bad.x", "application/vnd.worse.x", "text/plain", NEW].map((type) => types().admits(type).ok)).toEqual([false, false, false, true]);
  catalog = declare([]);
  expect(types().admits("text/plain").ok).toBe(true);
});

test("a definition that is none is passed over", () => {
  const catalog = declare([stored(NEW, "known", { icon: 3, layerMediaTypes: "x" }), stored("application/vnd.example.other.v1", "known", { category: "odd" })]);
  const types = liveTypes({ add: [], allow: [], deny: [] }, { current: () => catalog })();
  expect(types.find(NEW)).toMatchObject({ title: "Stored", icon: "artifact", layerMediaTypes: [] });
  expect(types.find("application/vnd.example.other.v1")).toMatchObject({ category: "other" });
});
