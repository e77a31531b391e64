import { describe, expect, test } from "bun:test";
import { foreignHost, type GateRequest, gate } from "./gate.ts";
import { createOwnHosts } from "./own-hosts.ts";
import { surfaceOf } from "./surface.ts";

const PUBLIC_URL = "https://registry.example.org";
const isOwnHost = createOwnHosts({ listenHost: "127.0.0.1", publicUrl: PUBLIC_URL, hosts: ["opm.internal"] });
const OPEN = { open: true, isOwnHost, publicUrl: PUBLIC_URL };
const CLOSED = { ...OPEN, open: false };

interface Given {
  readonly method?: string;
  readonly path?: string;
  readonly scheme?: string;
  readonly host?: string | undefined;
  readonly hostCount?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hasBody?: boolean;
}

function request({ method = "GET", path = "/v2/", scheme = "http", headers = {}, hasBody = false, ...given }: Given): GateRequest {
  const host = "host" in given ? given.host : "127.0.0.1:5000";
  const hostCount = given.hostCount ?? (host === undefined ? 0 : 1);
  return { method, path, hostCount, authority: host, origin: `${scheme}://${host ?? "127.0.0.1:5000"}`, header: (name) => headers[name], hasBody };
}

/** 0: it passes. */
function statusOf(given: Given, rules = OPEN): number {
  return gate(request(given), surfaceOf(given.path ?? "/v2/"), rules)?.status ?? 0;
}

const PATHS = ["/v2/", "/v2/a/blobs/uploads/", "/v2/a/_opm/tags/prune", "/v2/_catalog", "/api/v1/catalog", "/token", "/healthz", "/metrics", "/", "/nothing"];
const CHANGING = ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "BREW"];
const READING = ["GET", "HEAD", "OPTIONS"];

describe("the host", () => {
  test.each(PATHS)("%s: without grants it must be the server's own, with grants any will do", (path) => {
    for (const method of [...READING, ...CHANGING]) {
      for (const host of ["localhost:5000", "127.0.0.1", "a.localhost", "[::1]:5000", "registry.example.org", "opm.internal:80", undefined]) {
        expect([method, host, statusOf({ path, method, host })]).toEqual([method, host, 0]);
      }
      for (const host of ["attacker.example:5000", "192.0.2.7", "", "a,b", "localhost.attacker.example"]) {
        expect([method, host, statusOf({ path, method, host })]).toEqual([method, host, 421]);
        expect([method, host, statusOf({ path, method, host }, CLOSED)]).toEqual([method, host, 0]);
      }
    }
  });

  test("two are never served, nor what is no path", () => {
    for (const rules of [OPEN, CLOSED]) {
      expect(statusOf({ hostCount: 2 }, rules)).toBe(400);
      expect(statusOf({ hostCount: 2 }, rules)).toBe(400);
      expect(statusOf({ path: "http://user@a/" }, rules)).toBe(400);
    }
  });

  test("pages ask the same with grants", () => {
    expect(foreignHost({ authority: "attacker.example" }, CLOSED)?.status).toBe(421);
    expect(foreignHost({ authority: "registry.example.org:443" }, CLOSED)).toBeUndefined();
  });

  test("what a stranger sent stands in the message as one short line", () => {
    const { message = "" } = gate(request({ host: `\u001b]0;x\n${"a".repeat(5000)}` }), "registry", OPEN) ?? {};
    expect(message).toMatch(/^this registry is not served as '\?\]0;x\?a+…': .*server\.hosts$/);
    expect(message.length).toBeLessThan(400);
  });
});

describe("the origin", () => {
  const own: [string, Given][] = [
    ["none", {}],
    ["the same", { headers: { origin: "http://127.0.0.1:5000" } }],
    ["the same in other letters", { host: "LocalHost:5000", headers: { origin: "http://localhost:5000" } }],
    ["the same with default port", { host: "localhost:80", headers: { origin: "http://localhost" } }],
    ["the same over HTTPS", { scheme: "https", host: "localhost", headers: { origin: "https://localhost:443" } }],
    ["the same behind a proxy that ends TLS", { host: "opm.internal", headers: { origin: "https://opm.internal" } }],
    ["an IPv6 address", { host: "[::1]:5000", headers: { origin: "http://[::1]:5000" } }],
    ["that of publicUrl", { headers: { origin: "https://registry.example.org" } }],
    ["that of the same site's page", { headers: { origin: "http://127.0.0.1:5000", "sec-fetch-site": "same-origin" } }],
    ["none, by a page of the same origin", { headers: { "sec-fetch-site": "same-origin" } }],
    ["none, by hand", { headers: { "sec-fetch-site": "none" } }],
  ];
  const foreign: [string, Given][] = [
    ["another host", { headers: { origin: "http://attacker.example" } }],
    ["another port", { headers: { origin: "http://127.0.0.1:3000" } }],
    ["another loopback name", { headers: { origin: "http://localhost:5000" } }],
    ["no TLS where there is", { scheme: "https", host: "localhost", headers: { origin: "http://localhost" } }],
    ["publicUrl without TLS", { headers: { origin: "http://registry.example.org" } }],
    ["a name below publicUrl", { headers: { origin: "https://a.registry.example.org" } }],
    ["null", { headers: { origin: "null" } }],
    ["nothing", { headers: { origin: "" } }],
    ["two", { headers: { origin: "http://127.0.0.1:5000, http://attacker.example" } }],
    ["a path", { headers: { origin: "http://127.0.0.1:5000/" } }],
    ["a user", { headers: { origin: "http://127.0.0.1:5000@attacker.example" } }],
    ["an extension", { headers: { origin: "chrome-extension://abc" } }],
    ["a file", { headers: { origin: "file://" } }],
    ["another site", { headers: { "sec-fetch-site": "cross-site" } }],
    ["another port, as Sec-Fetch-Site has it", { headers: { "sec-fetch-site": "same-site" } }],
    ["a word nobody knows", { headers: { "sec-fetch-site": "same-origin, cross-site" } }],
    ["contradictions: the site", { headers: { origin: "http://127.0.0.1:5000", "sec-fetch-site": "cross-site" } }],
    ["contradictions: the origin", { headers: { origin: "http://attacker.example", "sec-fetch-site": "same-origin" } }],
    ["contradictions: by hand", { headers: { origin: "http://attacker.example", "sec-fetch-site": "none" } }],
  ];

  test.each(own)("%s: may change what it likes", (_name, given) => {
    for (const rules of [OPEN, CLOSED]) {
      for (const path of PATHS)
        for (const method of [...CHANGING, ...READING]) expect([path, method, statusOf({ ...given, path, method }, rules)]).toEqual([path, method, 0]);
    }
  });

  test.each(foreign)("%s: may read only, whatever it sends", (_name, given) => {
    for (const rules of [OPEN, CLOSED]) {
      for (const path of PATHS) {
        for (const method of READING) expect([path, method, statusOf({ ...given, path, method }, rules)]).toEqual([path, method, 0]);
        for (const method of CHANGING) {
          for (const type of [undefined, "text/plain", "application/json", "application/octet-stream", "multipart/form-data"]) {
            const headers = { ...given.headers, ...(type !== undefined && { "content-type": type }) };
            expect([path, method, statusOf({ ...given, headers, path, method, hasBody: true }, rules)]).toEqual([path, method, 403]);
          }
        }
      }
    }
  });
});

describe("what is read as JSON", () => {
  const operations = ["/v2/a/_opm/tags/prune", "/v2/_opm/catalog/x", "/api/v1/catalog"];
  const others = ["/v2/a/blobs/uploads/", "/v2/a/manifests/1", "/token"];

  test.each(["application/json", "APPLICATION/JSON; charset=utf-8", "application/vnd.opm.plan.v1+json", "application/json ;a=b"])("%s is", (type) => {
    for (const path of operations) expect(statusOf({ path, method: "POST", hasBody: true, headers: { "content-type": type } })).toBe(0);
  });

  test.each([undefined, "", "text/plain", "text/plain;application/json", "application/x-www-form-urlencoded", "text/json", "application/jsonp", "*/*"])(
    "%s is not",
    (type) => {
      const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
      for (const rules of [OPEN, CLOSED]) {
        for (const method of CHANGING) {
          for (const path of operations) {
            expect([path, method, statusOf({ path, method, headers, hasBody: true }, rules)]).toEqual([path, method, 415]);
            expect([path, method, statusOf({ path, method, headers }, rules)]).toEqual([path, method, 0]);
          }
          // Blobs and manifests have types of their own.
          for (const path of others) expect([path, method, statusOf({ path, method, headers, hasBody: true }, rules)]).toEqual([path, method, 0]);
        }
      }
    },
  );
});
