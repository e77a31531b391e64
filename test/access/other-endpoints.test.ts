import { describe, expect, test } from "bun:test";
import { expectError, expectSameHead, expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";
import { basic, useGuardedRegistry } from "./guarded-registry.ts";

const { anonymous, as, server, bearer, with: withAuthorization } = useGuardedRegistry();
const open = useRegistry();

describe("GET /v2/", () => {
  test("asks for credentials, also where anonymous may pull something", async () => {
    const answer = await anonymous.get("/v2/");
    expectError(answer, 401, "UNAUTHORIZED");
    expect(answer.headers.get("WWW-Authenticate")).toBe(`Bearer realm="${server().url}/token",service="opm"`);
  });

  test("every answer below it says which protocol this is, refusals too: clients ask for it before they log in", async () => {
    for (const [path, status] of [
      ["/v2/", 401],
      ["/v2/_catalog", 200],
      ["/v2/team/app/tags/list", 401],
      ["/v2/team/app/nothing", 404],
    ] as const) {
      const answer = await anonymous.get(path);
      expect([path, answer.status, answer.headers.get("Docker-Distribution-Api-Version")]).toEqual([path, status, "registry/2.0"]);
    }
    expect((await as("puller").get("/v2/")).headers.get("Docker-Distribution-Api-Version")).toBe("registry/2.0");
  });

  test("takes every kind of credentials", async () => {
    expectStatus(await as("stranger").get("/v2/"), 200);
    expectStatus(await withAuthorization(`Bearer ${await bearer("stranger")}`).get("/v2/"), 200);
    expectStatus(await withAuthorization(`Bearer ${await bearer(undefined)}`).get("/v2/"), 200);
  });

  test.each([
    ["a wrong password", basic("puller", "wrong")],
    ["an unknown user", basic("nobody-here", "wrong")],
    ["no colon", `Basic ${btoa("puller")}`],
    ["no base64", "Basic !!!"],
    ["another scheme", "Digest username=puller"],
    ["nothing after the scheme", "Bearer "],
  ])("%s is refused", async (_name, authorization) => {
    const answer = await withAuthorization(authorization).get("/v2/");
    expectError(answer, 401, "UNAUTHORIZED");
    expect(answer.headers.get("WWW-Authenticate")).toStartWith("Bearer realm=");
  });

  test("wrong credentials are refused also where none are needed", async () => {
    expectError(await withAuthorization(basic("puller", "wrong")).get("/v2/public/app/tags/list"), 401, "UNAUTHORIZED");
    expectError(await withAuthorization(basic("puller", "wrong")).get("/v2/_catalog"), 401, "UNAUTHORIZED");
  });

  test.each(["/v2/", "/v2/public/app/tags/list", "/v2/public/app/_opm/tags/list", "/metrics"])(
    "%s: wrong credentials are refused before a method is",
    async (path) => {
      expectError(await withAuthorization(basic("puller", "wrong")).delete(path), 401, "UNAUTHORIZED");
      expect((await anonymous.delete(path)).status).toBe(405);
    },
  );

  test("an open registry asks for none", async () => {
    expectStatus(await open.client.get("/v2/"), 200);
  });
});

describe("GET /metrics", () => {
  test("needs an administrator", async () => {
    const refused = await anonymous.get("/metrics");
    expectError(refused, 401, "UNAUTHORIZED");
    expect(refused.headers.get("WWW-Authenticate")).toStartWith("Bearer realm=");
    for (const user of ["puller", "writer", "stranger"] as const) expectError(await as(user).get("/metrics"), 403, "DENIED");
    const answer = await as("admin").get("/metrics");
    expectStatus(answer, 200);
    expect(answer.text()).toContain("opm_build_info");
  });

  test("an open registry shows them", async () => {
    expectStatus(await open.client.get("/metrics"), 200);
  });
});

test.each(["/healthz", "/readyz", "/v2/_oci/ext/discover"])("%s needs no credentials", async (path) => {
  expectStatus(await anonymous.get(path), 200);
});

test.each(["/healthz", "/readyz", "/api/v1/openapi.json"])("HEAD %s tells what GET tells, whatever the credentials", async (path) => {
  const client = withAuthorization(basic("puller", "wrong"));
  expectSameHead(await client.head(path), await client.get(path));
});
