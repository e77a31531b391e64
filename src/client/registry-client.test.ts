import { expect, test } from "bun:test";
import { createRegistryClient } from "./registry-client.ts";

const originOf = (registry: string, plainHttp?: boolean | ((registry: string) => boolean | undefined)) =>
  createRegistryClient({ env: {}, ...(plainHttp !== undefined && { plainHttp }) }).connection(registry).origin.href;

test.each([
  ["registry.example", undefined, "https://registry.example/"],
  ["registry.example", true, "http://registry.example/"],
  ["localhost:5000", undefined, "http://localhost:5000/"],
  ["localhost:5000", false, "https://localhost:5000/"],
  ["docker.io", undefined, "https://registry-1.docker.io/"],
])("%s with plainHttp %p is at %s", (registry, plainHttp, origin) => {
  expect(originOf(registry, plainHttp)).toBe(origin);
});

test("plain HTTP may be for some registries, and may change its mind", () => {
  const open = new Set(["a.example"]);
  const client = createRegistryClient({ env: {}, plainHttp: (registry) => open.has(registry) });
  expect(client.connection("a.example").origin.protocol).toBe("http:");
  expect(client.connection("b.example").origin.protocol).toBe("https:");
  open.add("b.example");
  expect(client.connection("b.example").origin.protocol).toBe("http:");
  expect(client.connection("b.example")).toBe(client.connection("b.example"));
});
