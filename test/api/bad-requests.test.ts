import { beforeAll, describe, expect, test } from "bun:test";
import { OPERATIONS } from "../../src/api/operations.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { rawRequest } from "../support/raw-http.ts";
import { useRegistry } from "../support/use-registry.ts";
import { nextOf, send } from "./call.ts";
import { pushSample } from "./sample.ts";

const { client } = useRegistry();
const NAME = "shop/web/app";
const PACKAGES = "/v2/_opm/catalog/repositories";
const TAGS = `/v2/${NAME}/_opm/tags/list`;

beforeAll(async () => {
  await pushSample(client);
}, 60_000);

describe("parameters", () => {
  test.each([
    ["unknown, with the nearest known one", "plattform=linux/amd64", "did you mean platform?"],
    ["unknown, with all known ones", "zzzzzz=1", "sort"],
    ["given twice", "n=1&n=2", "more than once"],
    ["no number", "n=ten", "whole number"],
    ["a number out of bounds", "n=0", "parameter n"],
    ["a number out of bounds", "n=1001", "parameter n"],
    ["a number with a sign", "n=%2B5", "whole number"],
    ["neither true nor false", "signed=yes", "true or false"],
    ["empty", "namespace=", "parameter namespace"],
    ["no platform", "platform=linux", "os/architecture"],
    ["no time", "since=yesterday", "parameter since"],
    ["no class", "class=semver&class=odd", "parameter class"],
    ["no sort order", "sort=size", "parameter sort"],
    ["no name", "name=A%20B", "glob"],
    ["too many", Array(21).fill("type=a").join("&"), "parameter type"],
    ["too long", `q=${"a".repeat(201)}`, "parameter q"],
    ["NUL", "q=a%00b", "characters"],
    ["no UTF-8", "q=%ff", "percent-encoding"],
    ["a prototype", "__proto__=1", "no parameter"],
    ["a prototype", "constructor=1", "no parameter"],
  ])("%s: %s", async (_, query, text) => {
    const answer = await client.get(`${PACKAGES}?${query}`);
    expectError(answer, 400, "PARAMETER_INVALID");
    expect(answer.text()).toContain(text);
  });

  test("an operation without parameters takes none, and a required one is required", async () => {
    expectError(await client.get(`/v2/${NAME}/_opm/repo/info?x=1`), 400, "PARAMETER_INVALID");
    const answer = await client.get(`/v2/${NAME}/_opm/graph/manifest`);
    expectError(answer, 400, "PARAMETER_INVALID");
    expect(answer.text()).toContain("parameter reference: it is required");
  });

  test("a query that is too long is 414", async () => {
    expectError(await client.get(`${PACKAGES}?${"q=a&".repeat(3200)}`), 414, "QUERY_TOO_LONG");
  });

  test("those that counted are named", async () => {
    const answer = await client.get(`${TAGS}?class=semver&platform=linux/amd64&n=5&sort=-updated`);
    expect(answer.headers.get("OCI-Filters-Applied")?.split(",").sort()).toEqual(["class", "platform"]);
    expect((await client.get(TAGS)).headers.has("OCI-Filters-Applied")).toBe(false);
  });
});

describe("cursors", () => {
  async function cursorOf(path: string): Promise<string> {
    const answer = await client.get(path);
    expectStatus(answer, 200);
    return new URL(nextOf(answer) ?? "", client.url).searchParams.get("cursor") ?? "";
  }

  test("are good for the next page with another size, and for nothing else", async () => {
    const cursor = encodeURIComponent(await cursorOf(`${TAGS}?n=2&class=semver`));
    expectStatus(await client.get(`${TAGS}?n=1&class=semver&cursor=${cursor}`), 200);
    const others = [`${TAGS}?n=2&cursor=${cursor}`, `${TAGS}?class=floating&cursor=${cursor}`, `${TAGS}?class=semver&sort=-name&cursor=${cursor}`];
    const elsewhere = [`/v2/charts/common/_opm/tags/list?class=semver&cursor=${cursor}`, `${PACKAGES}?class=semver&cursor=${cursor}`];
    for (const path of [...others, ...elsewhere]) expectError(await client.get(path), 400, "CURSOR_INVALID");
  });

  test("that were tampered with are refused", async () => {
    const cursor = await cursorOf(`${PACKAGES}?n=1`);
    const [payload = "", code = ""] = cursor.split(".");
    const other = Buffer.from(JSON.stringify(["a", "a"])).toString("base64url");
    const flipped = `${cursor.slice(0, -2)}${cursor.at(-2) === "A" ? "B" : "A"}${cursor.at(-1)}`;
    for (const bad of [
      "x",
      ".",
      payload,
      `${payload}.`,
      `.${code}`,
      `${other}.${code}`,
      flipped,
      `${cursor}.`,
      `${cursor}=`,
      `${cursor}A`,
      "a".repeat(2048),
      "%00",
    ]) {
      const answer = await client.get(`${PACKAGES}?n=1&cursor=${bad}`);
      expectError(answer, 400, bad === "%00" ? "PARAMETER_INVALID" : "CURSOR_INVALID");
    }
  });
});

describe("bodies", () => {
  const path = `/v2/${NAME}/_opm/dedup/plan`;
  const post = (body: string, type = "application/json") => client.request("POST", path, { headers: { "Content-Type": type }, body });

  test.each([
    ["no JSON", "{", "valid JSON"],
    ["no document", "", "valid JSON"],
    ["another type", "[]", "body field"],
    ["an unknown field", '{"want":"latest","wish":1}', "wish"],
    ["a wrong field", '{"want":"latest","have":["sha256:x"]}', "have.0"],
    ["a missing field", "{}", "want"],
    ["NUL", '{"want":"a\\u0000"}', "NUL"],
    ["half of a pair", '{"want":"\\ud800"}', "surrogate"],
    ["deep nesting", "[".repeat(200_000), "JSON"],
    ["deep nesting that ends", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, ""],
  ])("%s", async (_, body, text) => {
    const answer = await post(body);
    expectError(answer, 400, "BODY_INVALID");
    expect(answer.text()).toContain(text);
  });

  test("no JSON by its type is 415, too large is 413", async () => {
    expectError(await post("want: latest", "application/yaml"), 415, "MEDIA_TYPE_UNSUPPORTED");
    expectError(await client.request("POST", path, { body: new TextEncoder().encode('{"want":"latest"}') }), 415, "MEDIA_TYPE_UNSUPPORTED");
    expectError(await post(JSON.stringify({ want: "a".repeat(2 ** 20) })), 413, "BODY_TOO_LARGE");
    expectStatus(await post('{"want":"latest"}', "application/vnd.opm.plan.v1+json; charset=utf-8"), 200);
  });
});

describe("paths and methods", () => {
  test("what is no operation is 404, another method 405", async () => {
    for (const path of [
      "/v2/_opm/nothing/here",
      `/v2/${NAME}/_opm/tags/nothing`,
      "/v2/_opm/",
      "/api/v1/nothing",
      `/v2/${NAME}/_opm/tags/list/`,
      "/v2/%ff/_opm/tags/list",
    ]) {
      expectError(await client.get(path), 404, "PATH_UNKNOWN");
    }
    const answer = await client.request("PATCH", TAGS);
    expectError(answer, 405, "METHOD_NOT_ALLOWED");
    expect(answer.headers.get("Allow")).toBe("GET, HEAD");
  });

  test("a name that is none is 400", async () => {
    expectError(await client.get("/v2/UPPER/_opm/tags/list"), 400, "NAME_INVALID");
    expectError(await client.get("/api/v1/namespaces/UPPER"), 400, "NAME_INVALID");
    expectError(await client.get("/v2/a%00b/_opm/tags/list"), 400, "NAME_INVALID");
  });

  test.each([
    ["999.999.999.999", 421],
    ["localhost:99999", 421],
    ["a..b", 421],
    ["[::1", 421],
    ["x y", 400],
  ])("a Host that is none is no fault of the server: %s", async (host, expected) => {
    for (const path of ["/v2/_oci/ext/discover", `/v2/${NAME}/_opm/manifest/info?reference=latest`]) {
      const { status } = await rawRequest(client.url, [`GET ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close"]);
      expect(status).toBe(expected);
    }
  });

  test("HEAD is GET without the body", async () => {
    const [get, head] = [await client.get(TAGS), await client.head(TAGS)];
    expect([head.status, head.body.length]).toEqual([200, 0]);
    for (const header of ["Content-Length", "Content-Type", "ETag"]) expect(head.headers.get(header)).toBe(get.headers.get(header));
  });
});

describe("representations", () => {
  test.each([
    [undefined, "application/vnd.opm.tags.v1+json"],
    ["*/*", "application/vnd.opm.tags.v1+json"],
    ["application/json", "application/json"],
    ["application/json, */*", "application/json"],
    ["application/json;q=0.5, application/vnd.opm.tags.v1+json", "application/vnd.opm.tags.v1+json"],
    ["text/html, application/*;q=0.1", "application/vnd.opm.tags.v1+json"],
    ["application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.index.v1+json"],
  ])("Accept: %s gives %s", async (accept, type) => {
    const answer = await client.get(TAGS, accept === undefined ? {} : { Accept: accept });
    expectStatus(answer, 200);
    expect(answer.headers.get("Content-Type")).toBe(type);
    expect(answer.headers.get("Vary")).toBe("Accept, Authorization");
    expect(answer.headers.get("Cache-Control")).toStartWith("private");
  });

  test.each(["text/html", "application/vnd.opm.versions.v1+json", "application/json;q=0", "application/x-ndjson"])("Accept: %s is 406", async (accept) => {
    expectError(await client.get(TAGS, { Accept: accept }), 406, "NOT_ACCEPTABLE");
  });

  test("what did not change is 304", async () => {
    for (const path of [TAGS, PACKAGES, `/v2/${NAME}/_opm/repo/info`, `/v2/${NAME}/_opm/tags/resolve`]) {
      const etag = (await client.get(path)).headers.get("ETag") ?? "";
      expect(etag).toMatch(/^"[\w-]+"$/);
      const again = await client.get(path, { "If-None-Match": `"other", ${etag}` });
      expect([again.status, again.body.length, again.headers.get("ETag")]).toEqual([304, 0, etag]);
      expectStatus(await client.get(path, { "If-None-Match": '"other"' }), 200);
    }
  });
});

test("every operation answers as it is described, whatever it is asked", async () => {
  for (const id of Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]) {
    const path = { name: "absent/repository", namespace: "absent", project: "absent" };
    const queries: readonly Record<string, string>[] = [{}, { reference: "absent" }, { n: "x" }];
    for (const query of queries) expect((await send(client, id, { path, query })).status).toBeLessThan(500);
  }
});
