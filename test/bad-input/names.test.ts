import { describe, expect, test } from "bun:test";
import { indexOf, randomBlob } from "../support/content.ts";
import { expectError, expectErrorBody } from "../support/expectations.ts";
import { rawRequest } from "../support/raw-http.ts";
import { useRegistry } from "../support/use-registry.ts";
import { expectNothingStored } from "./nothing-stored.ts";

const { client, server } = useRegistry();
const digest = randomBlob().digest;
const manifest = indexOf([]);

const NAMES = [
  "Upper/case",
  "-leading",
  "trailing-",
  "a..b",
  "a___b",
  "a._b",
  ".hidden",
  "_leading",
  "a/-b",
  "a/b_",
  "a%20b",
  "%C3%A4",
  "a%2Fb%2F",
  "a%00b",
  "a%0Ab",
  "a:b",
  "a@b",
  "a//b",
  "x".repeat(256),
  `${"x/".repeat(130)}x`,
];

describe.each(NAMES)("the name '%s'", (name) => {
  test.each([
    ["GET", `/v2/${name}/manifests/latest`],
    ["HEAD", `/v2/${name}/manifests/latest`],
    ["PUT", `/v2/${name}/manifests/latest`],
    ["DELETE", `/v2/${name}/manifests/latest`],
    ["GET", `/v2/${name}/blobs/${digest}`],
    ["DELETE", `/v2/${name}/blobs/${digest}`],
    ["POST", `/v2/${name}/blobs/uploads/`],
    ["POST", `/v2/${name}/blobs/uploads/?mount=${digest}&from=a/b`],
    ["GET", `/v2/${name}/tags/list`],
    ["GET", `/v2/${name}/referrers/${digest}`],
    ["GET", `/v2/${name}/_oci/ext/discover`],
  ])("%s %s is 400 NAME_INVALID", async (method, path) => {
    const answer = await client.request(method, path, method === "PUT" ? { headers: { "Content-Type": manifest.mediaType }, body: manifest.bytes } : {});
    if (method === "HEAD") return expect(answer.status).toBe(400);
    expectError(answer, 400, "NAME_INVALID");
  });
});

test("a mount from a malformed name is refused", async () => {
  for (const from of ["../../etc", "Upper", "a//b", "\u0000"]) {
    expectError(await client.post("some/repository", { mount: digest, from }), 400, "NAME_INVALID");
  }
});

describe("paths that would leave the registry's folder", () => {
  test.each([
    "/v2/../../etc/passwd/blobs/x",
    "/v2/../../../../etc/passwd",
    "/v2/a/../../b/manifests/latest",
    "/v2/%2e%2e%2f%2e%2e%2fetc/manifests/latest",
    "/v2/%2e%2e/%2e%2e/manifests/latest",
    "/v2/..%2f..%2fetc%2fpasswd/manifests/latest",
    "/v2/..%5c..%5cetc/manifests/latest",
    "/v2/a/b/manifests/..%2f..%2f..%2fetc%2fpasswd",
    "/v2/a/b/manifests/%2e%2e",
    "/v2/a/b/blobs/sha256:..%2f..%2f..%2fetc%2fpasswd",
    "/v2/a/b/blobs/..%2f..%2fmetadata.db",
    "/v2/a/b/blobs/uploads/..%2f..%2f..%2fmetadata.db",
    "/v2/a/b/blobs/uploads/../../../metadata.db",
    "/v2/a/b/blobs/uploads/%2e%2e%2f%00",
    "/v2/%00/manifests/latest",
    "/v2/a%00b/blobs/uploads/",
    "/v2/a/b/manifests/a%00b",
    "/v2/%ff%fe/manifests/latest",
    "/v2/%/manifests/latest",
    "/v2/%zz/manifests/latest",
    "/../v2/_catalog/../../etc/passwd",
    "//v2//a//manifests//latest",
    "/v2/a/b/manifests/latest%",
  ])("%s is refused for every method", async (path) => {
    for (const method of ["GET", "PUT", "POST", "PATCH", "DELETE"]) {
      const answer = await rawRequest(server().url, [`${method} ${path} HTTP/1.1`, "Host: localhost", "Connection: close", "Content-Length: 0"]);
      expect(answer.status).toBeOneOf([400, 404, 405]);
      if (answer.headers.get("content-type")?.[0]?.startsWith("application/json")) expectErrorBody(answer.body);
      expect(answer.body).not.toContain("root:");
    }
  });
});

test("nothing of all this was stored", () => expectNothingStored(client));
