import { expect, test } from "bun:test";
import { readAudit } from "../support/audit.ts";
import { expectError } from "../support/expectations.ts";
import { registryClient } from "../support/registry-client.ts";
import { useRegistry } from "../support/use-registry.ts";
import { basic } from "./guarded-registry.ts";

const LIMIT = 3;
const behind = useRegistry({ config: { access: { grants: [] }, limits: { loginFailures: LIMIT }, trustedProxies: ["127.0.0.0/8", "10.0.0.0/8"] } });
const alone = useRegistry({ config: { access: { grants: [] }, limits: { loginFailures: LIMIT } } });

const guess = (registry: typeof behind, forwardedFor: string, user = "admin") => {
  const headers = { Authorization: basic(user, "a guess"), "X-Forwarded-For": forwardedFor, Forwarded: "for=203.0.113.77", "X-Real-IP": "203.0.113.77" };
  return registryClient(() => registry.server().url, headers).get("/v2/");
};

test("each client behind a trusted proxy has failures of its own", async () => {
  for (let attempt = 0; attempt < LIMIT; attempt++) expectError(await guess(behind, "198.51.100.1"), 401, "UNAUTHORIZED");
  expectError(await guess(behind, "198.51.100.1"), 429, "TOOMANYREQUESTS");
  expectError(await guess(behind, "198.51.100.2"), 401, "UNAUTHORIZED");
  // What a client writes itself does not make it another one.
  expectError(await guess(behind, "192.0.2.55, 198.51.100.1"), 429, "TOOMANYREQUESTS");
  expectError(await guess(behind, "198.51.100.1, 10.1.2.3"), 429, "TOOMANYREQUESTS");
});

test("log and audit record name it", async () => {
  expectError(await guess(behind, "198.51.100.7, 10.0.0.1", "somebody"), 401, "UNAUTHORIZED");
  const entries = await readAudit(behind.server(), { action: "login.failed" });
  expect(entries.filter(({ actor }) => actor.subject === "somebody").map(({ actor }) => actor.remote)).toEqual(["198.51.100.7"]);
  const end = Date.now() + 50_000;
  while (!behind.server().stderr().includes('"remote":"198.51.100.7"')) {
    if (Date.now() > end) throw new Error("the log does not name the client within 50 s");
    await Bun.sleep(20);
  }
});

test("without trusted proxies the header counts for nothing", async () => {
  for (let attempt = 0; attempt < LIMIT; attempt++) expectError(await guess(alone, `198.51.100.${attempt}`), 401, "UNAUTHORIZED");
  expectError(await guess(alone, "198.51.100.99"), 429, "TOOMANYREQUESTS");
  const entries = await readAudit(alone.server(), { action: "login.failed" });
  expect([...new Set(entries.map(({ actor }) => actor.remote))]).toEqual(["127.0.0.1"]);
});
