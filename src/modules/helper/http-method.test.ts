import { afterEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistryClient } from "../../client/registry-client.ts";
import { type FakeHandler, type FakeServer, reply, startFakeServer } from "../../client/testing/fake-server.ts";
import { httpMethod } from "./http-method.ts";

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
});

async function serve(handler: FakeHandler): Promise<FakeServer> {
  const server = await startFakeServer(handler);
  cleanUp.push(() => server.stop());
  return server;
}

async function ask(url: string, request: { method?: string; headers?: Record<string, string[]>; body?: Uint8Array } = {}) {
  const home = await mkdtemp(join(tmpdir(), "opm-http-"));
  cleanUp.push(() => rm(home, { recursive: true, force: true }));
  const client = createRegistryClient({ env: { HOME: home }, retry: { attempts: 2, delay: 1 }, idleLimit: 300 });
  const method = httpMethod({ connect: (registry) => client.connection(registry) });
  const { body, ...rest } = request;
  const { result, body: answer } = await method({
    params: { method: "GET", headers: {}, ...rest, url, ...(body !== undefined && { body: true }) },
    body: (async function* () {
      if (body !== undefined) yield body;
    })(),
    signal: new AbortController().signal,
  });
  return { result, text: Buffer.concat(answer === undefined ? [] : await Array.fromAsync(answer)).toString() };
}

const failureOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

test("a request goes through with what it says, and without what is the client's affair", async () => {
  const { host, seen } = await serve((_, response) => reply(response, 200, { "X-A": "1" }, "hello"));
  const headers = { Accept: ["a/b", "c/d"], Host: ["other"], Authorization: ["Bearer x"], Connection: ["close"] };
  const { result, text } = await ask(`http://${host}/v2/team/app/manifests/v1?x=1`, { headers });
  expect(result).toMatchObject({ status: 200, body: true, headers: { "x-a": ["1"] } });
  expect(text).toBe("hello");
  expect(seen.map(({ method, path, headers: { accept, host: to, authorization } }) => ({ method, path, accept, to, authorization }))).toEqual([
    { method: "GET", path: "/v2/team/app/manifests/v1?x=1", accept: "a/b, c/d", to: host, authorization: undefined },
  ]);
});

test.each([
  ["with its length", { "Content-Length": ["3"] }],
  ["without", {}],
])("a body is sent %s", async (_, headers) => {
  const { host, seen } = await serve((_, response) => reply(response, 201));
  const { result } = await ask(`http://${host}/v2/a/blobs/uploads/1`, {
    method: "PUT",
    headers: headers as Record<string, string[]>,
    body: Buffer.from("abc"),
  });
  expect(result).toMatchObject({ status: 201 });
  expect(seen).toMatchObject([{ method: "PUT", body: "abc", headers: { "content-length": "3" } }]);
});

test.each([200, 404, 400, 416])("the status %p is for the helper", async (status) => {
  const { host } = await serve((_, response) => reply(response, status));
  expect((await ask(`http://${host}/v2/a/tags/list`)).result).toMatchObject({ status });
});

test.each([
  [401, "permission", "docker login"],
  [403, "permission", "may not do that"],
  [429, "network", "too many requests"],
  [503, "network", "failed with status 503"],
])("the status %p is an error of the kind %s", async (status, code, message) => {
  const { host } = await serve((_, response) => reply(response, status, status === 401 ? { "WWW-Authenticate": 'Basic realm="x"' } : {}));
  const error = await failureOf(ask(`http://${host}/v2/a/tags/list`));
  expect(String(error)).toStartWith(`ModuleError: cannot list the versions in ${host}/a: `);
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
});

test("the scope of a token follows from the request", async () => {
  const { host, seen } = await serve((request, response) => {
    const challenge = { "WWW-Authenticate": `Bearer realm="http://${host}/token",service="s"` };
    if (request.path.startsWith("/token")) return reply(response, 200, {}, '{"token":"t"}');
    reply(response, request.headers.authorization === "Bearer t" ? 200 : 401, challenge);
  });
  await ask(`http://${host}/v2/team/app/tags/list`);
  await ask(`http://${host}/v2/team/app/manifests/v1`, { method: "PUT", headers: {}, body: Buffer.from("{}") });
  const scopes = seen.flatMap(({ path }) => new URL(path, "http://x").searchParams.getAll("scope"));
  expect(scopes).toEqual(["repository:team/app:pull", "repository:team/app:pull,push"]);
});

test("nobody there, and nobody who answers, are errors of the network", async () => {
  const { host } = await serve(() => {});
  expect(await failureOf(ask(`http://${host}/v2/`))).toMatchObject({ code: "network", message: expect.stringContaining("no answer") });
  expect(await failureOf(ask("http://127.0.0.1:1/v2/"))).toMatchObject({ code: "network", message: expect.stringContaining("127.0.0.1:1") });
});

test.each(["ftp://a.example/x", "nonsense"])("%p is no request", async (url) => {
  expect(await failureOf(ask(url))).toBeInstanceOf(Error);
});

const CONTENT = "0123456789".repeat(10_000);

/** Breaks off after half of what it is asked for. */
function half(response: ServerResponse, start: number, status: number): void {
  const rest = CONTENT.slice(start);
  response.writeHead(status, {
    "Content-Length": rest.length,
    ...(status === 206 && { "Content-Range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` }),
  });
  response.write(rest.slice(0, Math.ceil(rest.length / 2)), () => setTimeout(() => response.destroy(), 5));
}

test("a download that breaks off goes on where it was", async () => {
  const { host, seen } = await serve(({ headers }, response) => {
    const start = Number(/bytes=([0-9]+)-/.exec(headers.range ?? "")?.[1] ?? 0);
    if (start < CONTENT.length * 0.9) return half(response, start, start === 0 ? 200 : 206);
    reply(response, 206, { "Content-Range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` }, CONTENT.slice(start));
  });
  expect((await ask(`http://${host}/v2/a/blobs/sha256:0`)).text).toBe(CONTENT);
  expect(seen.length).toBeGreaterThan(2);
});

test("also where the registry sends the whole again", async () => {
  let times = 0;
  const { host } = await serve((_, response) => (++times === 1 ? half(response, 0, 200) : reply(response, 200, {}, CONTENT)));
  expect((await ask(`http://${host}/v2/a/blobs/sha256:0`)).text).toBe(CONTENT);
});

test("a download that gets nowhere ends", async () => {
  const { host } = await serve((_, response) => {
    response.writeHead(200, { "Content-Length": 10 });
    response.write("", () => setTimeout(() => response.destroy(), 5));
  });
  expect(await failureOf(ask(`http://${host}/v2/a/blobs/sha256:0`))).toMatchObject({ code: "network" });
});
