import { expect, test } from "bun:test";
import { expectError, expectStatus } from "../support/expectations.ts";
import { registryClient } from "../support/registry-client.ts";
import { useRegistry } from "../support/use-registry.ts";
import { basic } from "./guarded-registry.ts";

const LIMIT = 3;
const { client, server } = useRegistry({ config: { access: { grants: [] }, limits: { loginFailures: LIMIT } } });

test("an address that fails to log in too often has to wait", async () => {
  const guessing = registryClient(() => server().url, { Authorization: basic("admin", "a guess") });
  for (let attempt = 0; attempt < LIMIT; attempt++) expectError(await guessing.get("/v2/"), 401, "UNAUTHORIZED");
  for (const path of ["/v2/", "/token?service=opm"]) {
    const answer = await guessing.get(path);
    expectError(answer, 429, "TOOMANYREQUESTS");
    expect(Number(answer.headers.get("Retry-After"))).toBeWithin(1, 61);
  }
  // What needs no credentials goes on.
  expectStatus(await client.get("/healthz"), 200);
  expectError(await client.get("/v2/"), 401, "UNAUTHORIZED");
});
