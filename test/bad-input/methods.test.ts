import { describe, expect, test } from "bun:test";
import { OPERATIONS } from "../../src/api/operations.ts";
import { matchRoute, ROUTES } from "../../src/server/routes.ts";
import { surfaceOf } from "../../src/server/surface.ts";
import { randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { expectNothingStored } from "./nothing-stored.ts";

const { client } = useRegistry();
const repository = freshRepository();
const { digest } = randomBlob();

interface Endpoint {
  readonly path: string;
  /** HEAD goes without saying where GET is. */
  readonly allowed: readonly string[];
}

const ENDPOINTS: readonly Endpoint[] = [
  { path: "/v2/", allowed: ["GET"] },
  { path: "/v2", allowed: ["GET"] },
  { path: "/v2/_catalog", allowed: ["GET"] },
  { path: "/v2/_oci/ext/discover", allowed: ["GET"] },
  { path: `/v2/${repository}/_oci/ext/discover`, allowed: ["GET"] },
  { path: `/v2/${repository}/tags/list`, allowed: ["GET"] },
  { path: `/v2/${repository}/referrers/${digest}`, allowed: ["GET"] },
  { path: `/v2/${repository}/blobs/${digest}`, allowed: ["GET", "DELETE"] },
  { path: `/v2/${repository}/blobs/uploads/`, allowed: ["POST"] },
  { path: `/v2/${repository}/blobs/uploads`, allowed: ["POST"] },
  { path: `/v2/${repository}/blobs/uploads/${crypto.randomUUID()}`, allowed: ["GET", "PATCH", "PUT", "DELETE"] },
  { path: `/v2/${repository}/manifests/latest`, allowed: ["GET", "PUT", "DELETE"] },
  { path: "/api/v1/openapi.json", allowed: ["GET"] },
  { path: "/token", allowed: ["GET", "POST"] },
  { path: "/healthz", allowed: ["GET"] },
  { path: "/readyz", allowed: ["GET"] },
  { path: "/metrics", allowed: ["GET"] },
  ...operationEndpoints(),
];

/** Those of the package API, as its description has them. */
function operationEndpoints(): Endpoint[] {
  const byPath = Map.groupBy(Object.values(OPERATIONS), ({ path }) => path);
  return [...byPath].map(([path, operations]) => ({
    path: path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => (parameter === "name" ? repository : parameter)),
    allowed: operations.map(({ method }) => method),
  }));
}

test("every path that there is, is tried", () => {
  const tried = ENDPOINTS.map(({ path }) => matchRoute(path, surfaceOf(path))?.endpoint.first.path ?? path);
  expect(tried.sort()).toEqual([...new Set(ROUTES.map(({ path }) => path))].sort());
});

describe.each([...ENDPOINTS])("$path", ({ path, allowed }) => {
  const others = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((method) => !allowed.includes(method));

  test("another method is 405, and Allow names those there are", async () => {
    for (const method of others) {
      const answer = await client.request(method, path, method === "GET" ? {} : { headers: { "Content-Type": "application/json" }, body: "{}" });
      expectError(answer, 405, surfaceOf(path) === "registry" ? "UNSUPPORTED" : "METHOD_NOT_ALLOWED");
      const named = (answer.headers.get("Allow") ?? "").split(/\s*,\s*/).filter((name) => name !== "OPTIONS");
      expect(named.filter((name) => name !== "HEAD").sort()).toEqual([...allowed].sort());
    }
  });
});

test("paths that are no endpoint are 404", async () => {
  for (const path of [
    "/v2/x",
    "/v2/x/y",
    `/v2/${repository}/`,
    `/v2/${repository}/tags`,
    `/v2/${repository}/manifests/`,
    `/v2/${repository}/blobs/`,
    "/v1/",
    "/v3/_catalog",
  ]) {
    for (const method of ["GET", "PUT", "POST", "DELETE"]) {
      const answer = await client.request(method, path);
      expect(answer.status).toBeOneOf([404, 405]);
    }
    expectStatus(await client.get(path), 404);
  }
});

test("nothing of all this was stored", () => expectNothingStored(client));
