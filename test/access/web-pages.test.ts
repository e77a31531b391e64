import { describe, expect, test } from "bun:test";
import { surfaceOf } from "../../src/server/surface.ts";
import { pushManifest } from "../conformance/pushing.ts";
import { indexOf, randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { type RawAnswer, rawRequest } from "../support/raw-http.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { basic, passwordOf, useGuardedRegistry } from "./guarded-registry.ts";

const { client } = useRegistry({ config: { publicUrl: "https://registry.example.org", server: { hosts: ["opm.internal"] } } });
const guarded = useGuardedRegistry();

interface Sent {
  readonly headers?: readonly string[];
  readonly host?: string;
  readonly body?: string;
}

/** As a browser writes it: what the page's script cannot touch is given with `headers`. */
function send(to: RegistryClient, line: string, { headers = [], host = new URL(to.url).host, body = "" }: Sent = {}): Promise<RawAnswer> {
  const length = body === "" ? [] : [`Content-Length: ${body.length}`];
  return rawRequest(to.url, [`${line} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...length, ...headers], body);
}

const FOREIGN = ["Origin: http://attacker.example"];
const ADMIN = `Authorization: ${basic("admin", passwordOf("admin"))}`;

/** A repository with the tag `there` and what a page would like to do to it. */
async function target(on: RegistryClient) {
  const repository = freshRepository();
  const { digest } = indexOf([]);
  await pushManifest(on, repository, indexOf([]), "there");
  const blob = randomBlob();
  const prune = JSON.stringify({ keepLast: 0, olderThan: 0 });
  const requests: readonly (readonly [line: string, body: string])[] = [
    [`POST /v2/${repository}/_opm/tags/prune`, prune],
    [`DELETE /v2/${repository}/manifests/there`, ""],
    [`DELETE /v2/${repository}/manifests/${digest}`, ""],
    [`POST /v2/${repository}/blobs/uploads/`, ""],
    [`POST /v2/${repository}/blobs/uploads/?digest=${blob.digest}`, Buffer.from(blob.bytes).toString("latin1")],
    [`PUT /v2/${repository}/manifests/other`, JSON.stringify({ schemaVersion: 2 })],
    ["POST /api/v1/catalog", JSON.stringify({ kind: "Catalog" })],
    [`DELETE /api/v1/repositories/${repository}`, ""],
    ["POST /token", "grant_type=password"],
    ["POST /nothing", "x"],
  ];
  return { repository, requests };
}

describe.each(["open", "with access control"])("a page of another origin, %s", (kind) => {
  const on = () => (kind === "open" ? client : guarded.as("admin"));
  const rights = kind === "open" ? [] : [ADMIN];

  test.each([
    ["without a type", FOREIGN],
    ["as text", [...FOREIGN, "Content-Type: text/plain;charset=UTF-8"]],
    ["as a form", [...FOREIGN, "Content-Type: application/x-www-form-urlencoded"]],
    ["as JSON", [...FOREIGN, "Content-Type: application/json"]],
    ["from nowhere", ["Origin: null"]],
    ["from another port", ["Sec-Fetch-Site: same-site"]],
    ["from another site", ["Sec-Fetch-Site: cross-site"]],
  ])("changes nothing: %s", async (_name, headers) => {
    const { repository, requests } = await target(on());
    for (const [line, body] of requests) {
      const answer = await send(on(), line, { headers: [...headers, ...rights], body });
      const code = surfaceOf(line.split(" ")[1]?.split("?")[0] ?? "") === "registry" ? "DENIED" : "CROSS_ORIGIN";
      expect([line, answer.status, answer.body]).toEqual([line, 403, expect.stringContaining(`"code":"${code}"`)]);
      expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    }
    const tags = (await on().get(`/v2/${repository}/tags/list`)).json();
    expect(tags).toEqual({ name: repository, tags: ["there"] });
  });

  test("nor does it get leave to (preflight)", async () => {
    const answer = await send(on(), `OPTIONS /v2/${freshRepository()}/blobs/uploads/`, { headers: [...FOREIGN, "Access-Control-Request-Method: PUT"] });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("the registry's own pages and clients may, and JSON says that it is", async () => {
    const { repository, requests } = await target(on());
    const [prune] = requests;
    if (prune === undefined) throw new Error("there is no request");
    const [line, body] = prune;
    for (const headers of [[], ["Content-Type: text/plain"]]) {
      expect((await send(on(), line, { headers: [...headers, ...rights], body })).status).toBe(415);
    }
    const own = [`Origin: ${new URL(on().url).origin}`, "Sec-Fetch-Site: same-origin", "Content-Type: application/json"];
    expect((await send(on(), `POST /v2/${repository}/blobs/uploads/`, { headers: [...own, ...rights] })).status).toBe(202);
    expect((await send(on(), `POST /v2/${repository}/blobs/uploads/`, { headers: rights })).status).toBe(202);
    expect((await send(on(), line, { headers: [...own, ...rights], body })).status).toBe(200);
  });
});

describe("hosts", () => {
  const PATHS = ["/v2/", "/v2/_catalog", "/healthz", "/readyz", "/metrics", "/token", "/api/v1/openapi.json", "/api/v1/packages"];

  test("an open registry answers to its own names only", async () => {
    const { repository } = await target(client);
    const port = new URL(client.url).port;
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, "a.localhost", "registry.example.org", "opm.internal:9", "LOCALHOST."]) {
      expect([host, (await send(client, "GET /v2/_catalog", { host })).status]).toEqual([host, 200]);
    }
    for (const host of [`attacker.example:${port}`, "192.0.2.1", "", "x,y"]) {
      for (const path of PATHS) expect([host, path, (await send(client, `GET ${path}`, { host })).status]).toEqual([host, path, 421]);
      expect((await send(client, `DELETE /v2/${repository}/manifests/there`, { host })).status).toBe(421);
    }
    expectStatus(await client.head(`/v2/${repository}/manifests/there`), 200);
  });

  test("its refusal names the setting that helps", async () => {
    const answer = await send(client, "GET /v2/", { host: "attacker.example" });
    expect(answer.body).toContain("server.hosts");
  });

  test("a page under a name that was led here has an origin of its own, and is refused all the same", async () => {
    const host = "attacker.example";
    const answer = await send(client, `POST /v2/${freshRepository()}/blobs/uploads/`, {
      host,
      headers: [`Origin: http://${host}`, "Sec-Fetch-Site: same-origin"],
    });
    expect(answer.status).toBe(421);
  });

  test("with access control every name will do: probes and balancers use addresses", async () => {
    for (const host of ["attacker.example", "10.0.0.7:5000", "[2001:db8::1]"]) {
      for (const path of ["/healthz", "/readyz", "/token"])
        expect([host, path, (await send(guarded.anonymous, `GET ${path}`, { host })).status]).toEqual([host, path, 200]);
      for (const path of ["/v2/", "/metrics"]) {
        expect([host, path, (await send(guarded.anonymous, `GET ${path}`, { host })).status]).toEqual([host, path, 401]);
        expect([host, path, (await send(guarded.anonymous, `GET ${path}`, { host, headers: [ADMIN] })).status]).toEqual([host, path, 200]);
      }
    }
  });

  test("what has characters that no host has is none, with access control and without", async () => {
    for (const to of [client, guarded.anonymous]) {
      for (const host of ["x y", "localhost/", "user@localhost", 'local"host', "localh\u00f6st", "localhost\t:80"]) {
        for (const path of PATHS) expect([host, path, (await send(to, `GET ${path}`, { host })).status]).toEqual([host, path, 400]);
        expect([host, (await send(to, "GET http://localhost/healthz", { host })).status]).toEqual([host, 400]);
      }
      expect((await send(to, 'GET http://local"host/healthz')).status).toBe(400);
    }
  });

  test("HTTP/1.0 has no host, and two are none", async () => {
    for (const to of [client, guarded.anonymous]) {
      expect((await rawRequest(to.url, ["GET /healthz HTTP/1.0"])).status).toBe(200);
      expect((await rawRequest(to.url, ["GET /healthz HTTP/1.1", "Connection: close"])).status).toBe(400);
      for (const [first, second] of [
        ["localhost", "localhost"],
        ["localhost", "attacker.example"],
        ["attacker.example", "localhost"],
      ]) {
        const answer = await rawRequest(to.url, ["GET /healthz HTTP/1.1", `Host: ${first}`, `hOST: ${second}`, "Connection: close"]);
        expect([first, second, answer.status]).toEqual([first, second, 400]);
      }
    }
  });
});

describe("a request target that is a URL (RFC 9112, section 3.2.2)", () => {
  test("is served, and its host counts", async () => {
    const { repository } = await target(client);
    const { host } = new URL(client.url);
    for (const url of [`http://${host}/v2/`, `HTTP://LOCALHOST/v2/`, `http://${host}/v2/${repository}/tags/list?n=1`, `https://registry.example.org/v2/`]) {
      expect([url, (await send(client, `GET ${url}`, { host: "attacker.example" })).status]).toEqual([url, 200]);
    }
    expect((await send(client, `GET http://attacker.example/v2/`)).status).toBe(421);
    for (const url of [`http://user:secret@${host}/v2/`, "ftp://localhost/v2/"]) {
      const { status, body } = await send(client, `GET ${url}`);
      expect([status, body.includes("secret")]).toEqual([400, false]);
    }
  });

  test("locations and challenges follow it", async () => {
    const answer = await send(guarded.anonymous, "GET http://registry.example:5000/v2/", { host: "other.example" });
    expect([answer.status, answer.headers.get("www-authenticate")?.[0]]).toEqual([401, 'Bearer realm="http://registry.example:5000/token",service="opm"']);
    const { repository } = await target(guarded.as("admin"));
    const { host } = new URL(guarded.anonymous.url);
    const pushed = await send(guarded.anonymous, `POST http://${host}/v2/${repository}/blobs/uploads/`, { headers: [ADMIN] });
    expect([pushed.status, pushed.headers.get("location")?.[0]?.startsWith(`/v2/${repository}/blobs/uploads/`)]).toEqual([202, true]);
  });
});

test("what a browser cannot send is no business of the gate: a manifest of any type, a blob of any type", async () => {
  const { repository } = await target(client);
  for (const type of [[], ["Content-Type: text/plain"], ["Content-Type: application/octet-stream"]]) {
    const blob = randomBlob(10);
    const answer = await client.request("POST", `/v2/${repository}/blobs/uploads/?digest=${blob.digest}`, {
      body: blob.bytes,
      headers: Object.fromEntries(type.map((line) => line.split(": "))),
    });
    expectStatus(answer, 201);
  }
  expectError(await client.request("PUT", `/v2/${repository}/_opm/tags/put`, { body: "{}" }), [404, 405, 415]);
});
