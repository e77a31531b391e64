import { afterEach, expect, test } from "bun:test";
import { type FakeHandler, type FakeServer, reply, startFakeServer } from "../testing/fake-server.ts";
import { redirected } from "./redirect.ts";
import type { Reply, TransportRequest } from "./request.ts";
import { createTransport } from "./transport.ts";

const servers: FakeServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function start(handler: FakeHandler): Promise<FakeServer> {
  const server = await startFakeServer(handler);
  servers.push(server);
  return server;
}

function transportTo(registry: FakeServer) {
  const credentials = { find: async () => ({ kind: "basic", username: "ann", password: "secret" }) as const };
  const transport = createTransport(registry.host, { env: {}, credentials, retry: { attempts: 1, delay: 1, longestDelay: 1 }, idleLimit: 2000 });
  const send = (method: TransportRequest["method"], more: Partial<TransportRequest> = {}) =>
    transport.send({ method, url: new URL(`http://${registry.host}/x`), ...more }).catch((error: unknown) => error);
  return { send, transport };
}

/** Asks for Basic credentials, then redirects. */
function guarded(location: () => string): FakeHandler {
  return (request, response) => {
    if (request.headers.authorization === undefined) return reply(response, 401, { "WWW-Authenticate": 'Basic realm="r"' });
    reply(response, 307, { Location: location() });
  };
}

test("another host gets the request without credentials, and the range with it", async () => {
  const storage = await start((_, response) => reply(response, 200, {}, "content"));
  const registry = await start(guarded(() => `http://${storage.host}/blob?sig=1`));
  const answer = (await transportTo(registry).send("GET", { headers: { Range: "bytes=0-1" } })) as Reply;
  expect(answer.status).toBe(200);
  expect(answer.url.host).toBe(storage.host);
  expect(registry.seen.at(-1)?.headers.authorization).toStartWith("Basic ");
  expect(storage.seen).toHaveLength(1);
  expect(storage.seen[0]?.path).toBe("/blob?sig=1");
  expect(storage.seen[0]?.headers).not.toHaveProperty("authorization");
  expect(storage.seen[0]?.headers.range).toBe("bytes=0-1");
});

test("another host that asks for credentials does not get them", async () => {
  const storage = await start((_, response) => reply(response, 401, { "WWW-Authenticate": 'Basic realm="r"' }));
  const registry = await start(guarded(() => `http://${storage.host}/blob`));
  expect(await transportTo(registry).send("GET")).toMatchObject({ status: 401 });
  expect(storage.seen).toHaveLength(1);
});

test("the same host keeps them", async () => {
  const registry = await start((request, response) => {
    if (request.headers.authorization === undefined) return reply(response, 401, { "WWW-Authenticate": 'Basic realm="r"' });
    if (request.path === "/y") return reply(response, 200);
    reply(response, 302, { Location: "/y" });
  });
  expect(await transportTo(registry).send("GET")).toMatchObject({ status: 200 });
});

test("a loop ends", async () => {
  const registry = await start((_, response) => reply(response, 302, { Location: "/x" }));
  expect(String(await transportTo(registry).send("GET"))).toContain("redirects more than 10 times");
  expect(registry.seen.filter(({ path }) => path === "/x")).toHaveLength(11);
});

test("what writes is sent again as it is, or not at all", async () => {
  const registry = await start((request, response) => {
    if (request.path === "/y") return reply(response, 201);
    reply(response, request.method === "PUT" ? 307 : 302, { Location: "/y" });
  });
  const { send } = transportTo(registry);
  expect(await send("PUT", { body: "x" })).toMatchObject({ status: 201 });
  expect(registry.seen.at(-1)).toMatchObject({ method: "PUT", path: "/y", body: "x" });
  expect(await send("POST", { body: "x" })).toMatchObject({ status: 302 });
});

test("encryption is not left behind", () => {
  const from = (location: string) => ({ status: 307, headers: new Headers({ Location: location }) }) as Reply;
  const request = { method: "GET", url: new URL("https://registry.example.com/x") } as const;
  expect(() => redirected(request, from("http://storage.example.com/y"))).toThrow("not encrypted: it was not followed");
  expect(() => redirected(request, from("file:///etc/passwd"))).toThrow("not followed");
  expect(() => redirected(request, from("http://["))).toThrow("an address that is none");
  expect(redirected(request, from("//storage.example.com/y")).url.href).toBe("https://storage.example.com/y");
});
