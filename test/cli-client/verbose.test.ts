import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FakeHandler, reply, type SeenRequest, startFakeServer } from "../../src/client/testing/fake-server.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { useClient } from "./client-tests.ts";

const opm = useClient();

const BLOB = "what is pulled";
const DIGEST = digestOf(new TextEncoder().encode(BLOB));
const CONFIG = digestOf(new TextEncoder().encode("{}"));
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  artifactType: "application/vnd.acme.thing.v1",
  config: { mediaType: "application/vnd.oci.empty.v1+json", digest: CONFIG, size: 2 },
  layers: [{ mediaType: "text/plain", digest: DIGEST, size: BLOB.length, annotations: { "org.opencontainers.image.title": "a.txt" } }],
});

/** Every one of them must never be seen. */
const SECRETS = ["hunter2password", "t0kenOfTheServer", "s1gnatureOfTheUrl", "AKIAEXAMPLE", "sessi0nCookie", "upl0adState", "refreshT0ken"];
const BASIC = Buffer.from(`alice:${SECRETS[0]}`).toString("base64");

const headerOf = ({ headers }: SeenRequest, name: string) => String(headers[name] ?? "");

/** A registry that asks for a token, redirects to signed URLs, sets cookies, and is busy once. */
function registry(): FakeHandler {
  let busy = true;
  const cookie = { "Set-Cookie": `session=${SECRETS[4]}` };
  return (request, response) => {
    const { method, path } = request;
    if (path.startsWith("/token")) return reply(response, 200, cookie, JSON.stringify({ token: SECRETS[1] }));
    if (path.startsWith("/signed")) return reply(response, 200, cookie, BLOB);
    if (headerOf(request, "authorization") !== `Bearer ${SECRETS[1]}`) {
      return reply(response, 401, {
        "WWW-Authenticate": `Bearer realm="http://${headerOf(request, "host")}/token",service="fake",scope="repository:a:pull"`,
        ...cookie,
      });
    }
    if (busy && path.includes("/manifests/")) {
      busy = false;
      return reply(response, 503, { "Retry-After": "0" });
    }
    if (method === "POST") return reply(response, 202, { Location: `/v2/a/blobs/uploads/1?_state=${SECRETS[5]}` });
    if (method === "PUT") return reply(response, 201, { Location: "/v2/a/x", ...cookie });
    if (method === "HEAD") return reply(response, 404);
    if (path.includes("/blobs/")) return reply(response, 307, { Location: `/signed?X-Amz-Signature=${SECRETS[2]}&X-Amz-Credential=${SECRETS[3]}` });
    return reply(
      response,
      200,
      { "Content-Type": "application/vnd.oci.image.manifest.v1+json", "Docker-Content-Digest": digestOf(new TextEncoder().encode(MANIFEST)) },
      MANIFEST,
    );
  };
}

function logIn(host: string, entry: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const folder = opm.fresh();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: entry } }), { mode: 0o600 });
  return { DOCKER_CONFIG: folder, OPM_CACHE: opm.fresh() };
}

function expectNoSecret(text: string): void {
  for (const secret of [...SECRETS, BASIC, createHash("sha256").update("").digest("base64")]) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/authorization|set-cookie|bearer |basic /i);
}

test("each request of a pull is told, with retries and cache hits and without secrets", async () => {
  const server = await startFakeServer(registry());
  try {
    const environment = logIn(server.host, { auth: BASIC });
    const first = await opm.run(["pull", "-v", `${server.host}/a:1`, "-o", opm.fresh()], { environment });
    expect([first.code, first.stderr]).toEqual([0, expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/v2\/a\/manifests\/1 503, 0 bytes, \d+ ms$/m)]);
    const lines = first.stderr.split("\n");
    const told = (start: RegExp) => lines.filter((line) => start.test(line)).length;
    expect(told(/^GET \S+\/v2\/ 401, 0 bytes, \d+ ms$/)).toBe(1);
    expect(told(/^GET \S+\/token\?service=fake&scope=repository:a:pull 200, \d+ bytes, \d+ ms$/)).toBe(1);
    expect(told(/^retry 1 of 4 in \d+ ms: GET \S+\/v2\/a\/manifests\/1$/)).toBe(1);
    expect(told(new RegExp(`^GET \\S+/v2/a/manifests/1 200, ${MANIFEST.length} bytes, \\d+ ms$`))).toBe(1);
    expect(told(new RegExp(`^cache miss: ${DIGEST}, ${BLOB.length} bytes$`))).toBe(1);
    expect(told(/^GET \S+\/blobs\/sha256:[0-9a-f]{64} 307, 0 bytes, \d+ ms$/)).toBe(1);
    expect(told(new RegExp(`^GET \\S+/signed\\?X-Amz-Signature=…&X-Amz-Credential=… 200, ${BLOB.length} bytes, \\d+ ms$`))).toBe(1);
    expect(lines.filter((line) => /^(?:GET|HEAD)/.test(line))).toHaveLength(server.seen.length);
    expectNoSecret(first.stdout + first.stderr);
    const second = await opm.run(["-v", "pull", "-q", "--json", `${server.host}/a:1`, "-o", opm.fresh()], { environment });
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining(`cache hit: ${DIGEST}, ${BLOB.length} bytes\n`)]);
    expect(() => JSON.parse(second.stdout) as unknown).not.toThrow();
    expectNoSecret(second.stdout + second.stderr);
  } finally {
    await server.stop();
  }
});

test("a push tells what it sent; nothing is told without the option", async () => {
  const server = await startFakeServer(registry());
  try {
    const environment = logIn(server.host, { identitytoken: SECRETS[6] ?? "" });
    const file = opm.fresh();
    writeFileSync(file, BLOB);
    const args = ["push", "-t", "application/vnd.acme.thing.v1", `${server.host}/a:1`, file];
    const loud = await opm.run([...args, "--verbose"], { environment });
    expect([loud.code, loud.stderr]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^PUT \\S+/v2/a/blobs/uploads/1\\?_state=…&digest=${DIGEST} 201, ${BLOB.length} bytes sent, 0 bytes, \\d+ ms$`, "m")),
    ]);
    expect(loud.stderr).toMatch(/^POST \S+\/token 200, \d+ bytes sent, \d+ bytes, \d+ ms$/m);
    expectNoSecret(loud.stdout + loud.stderr);
    const quiet = await opm.run(args, { environment });
    expect([quiet.code, quiet.stderr]).toEqual([0, expect.not.stringContaining("http://")]);
  } finally {
    await server.stop();
  }
});

test("what got no answer is told with the reason, and OPM_DEBUG tells no secret either", async () => {
  const server = await startFakeServer((_, response) => void response.destroy());
  try {
    const environment = { ...logIn(server.host, { auth: BASIC }), OPM_DEBUG: "1" };
    const { code, stderr } = await opm.run(["inspect", "-v", `${server.host}/a:1`], { environment });
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/v2\/ failed, 0 bytes, \d+ ms: cannot reach 127\.0\.0\.1:\d+: the connection broke off$/m),
    ]);
    expect(stderr).toMatch(/^retry 2 of 4 in \d+ ms: GET /m);
    expectNoSecret(stderr);
  } finally {
    await server.stop();
  }
});
