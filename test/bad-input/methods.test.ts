import { describe, expect, test } from "bun:test";
import { surfaceOf } from "../../src/server/surface.ts";
import { randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { expectNothingStored } from "./nothing-stored.ts";

const { client } = useRegistry();
const repository = freshRepository();
const { digest } = randomBlob();

const ENDPOINTS: readonly { path: string; allowed: readonly string[] }[] = [
  { path: "/v2/", allowed: ["GET", "HEAD"] },
  { path: "/v2/_catalog", allowed: ["GET", "HEAD"] },
  { path: "/v2/_oci/ext/discover", allowed: ["GET", "HEAD"] },
  { path: `/v2/${repository}/tags/list`, allowed: ["GET", "HEAD"] },
  { path: `/v2/${repository}/referrers/${digest}`, allowed: ["GET", "HEAD"] },
  { path: `/v2/${repository}/blobs/${digest}`, allowed: ["GET", "HEAD", "DELETE"] },
  { path: `/v2/${repository}/blobs/uploads/`, allowed: ["POST"] },
  { path: `/v2/${repository}/blobs/uploads/${crypto.randomUUID()}`, allowed: ["GET", "HEAD", "PATCH", "PUT", "DELETE"] },
  { path: `/v2/${repository}/manifests/latest`, allowed: ["GET", "HEAD", "PUT", "DELETE"] },
  { path: `/v2/${repository}/_opm/tags/list`, allowed: ["GET", "HEAD"] },
  { path: `/v2/${repository}/_opm/tags/prune`, allowed: ["POST"] },
  { path: "/api/v1/projects/team/web", allowed: ["GET", "HEAD", "PUT", "DELETE"] },
  { path: "/api/v1/openapi.json", allowed: ["GET", "HEAD"] },
  { path: "/token", allowed: ["GET", "POST"] },
  { path: "/healthz", allowed: ["GET", "HEAD"] },
  { path: "/readyz", allowed: ["GET", "HEAD"] },
  { path: "/metrics", allowed: ["GET", "HEAD"] },
];

describe.each([...ENDPOINTS])("$path", ({ path, allowed }) => {
  const others = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((method) => !allowed.includes(method));

  test("another method is 405, and Allow names those there are", async () => {
    for (const method of others) {
      const answer = await client.request(method, path, method === "GET" ? {} : { headers: { "Content-Type": "application/json" }, body: "{}" });
      expectError(answer, 405, surfaceOf(path) === "registry" ? "UNSUPPORTED" : "METHOD_NOT_ALLOWED");
      const named = (answer.headers.get("Allow") ?? "").split(/\s*,\s*/).filter((name) => name !== "OPTIONS");
      expect(named.filter((name) => name !== "HEAD").sort()).toEqual(allowed.filter((name) => name !== "HEAD").sort());
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
