import { afterEach, expect, test } from "bun:test";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { breakOff, type FakeHandler, type FakeServer, reply, startFakeServer } from "../testing/fake-server.ts";
import { NO_CREDENTIALS } from "../testing/no-credentials.ts";
import type { TransportRequest } from "./request.ts";
import { parseRetryAfter, retryDelay } from "./retry.ts";
import { createTransport } from "./transport.ts";

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function serve(handler: FakeHandler, idleLimit = 150) {
  server = await startFakeServer(handler);
  const { host } = server;
  const options = { env: {}, credentials: NO_CREDENTIALS, retry: { attempts: 3, delay: 5, longestDelay: 2000 }, idleLimit };
  const transport = createTransport(host, options);
  const send = (method: TransportRequest["method"], more: Partial<TransportRequest> = {}) =>
    transport.send({ method, url: new URL(`http://${host}/x`), ...more }).catch((error: unknown) => error);
  return { send, seen: server.seen };
}

test.each([429, 500, 502, 503, 504])("a GET that gets %d is tried again", async (status) => {
  const { send, seen } = await serve((_, response) => reply(response, seen.length === 1 ? status : 200));
  expect(await send("GET")).toMatchObject({ status: 200 });
  expect(seen).toHaveLength(2);
});

test("after the last try the answer is given", async () => {
  const { send, seen } = await serve((_, response) => reply(response, 503));
  expect(await send("GET")).toMatchObject({ status: 503 });
  expect(seen).toHaveLength(3);
});

test("a POST is tried again after 429 only, unless it may be repeated", async () => {
  const statuses = [429, 500];
  const { send, seen } = await serve((_, response) => reply(response, statuses[seen.length - 1] ?? 200));
  expect(await send("POST", { body: "x" })).toMatchObject({ status: 500 });
  expect(seen.map(({ body }) => body)).toEqual(["x", "x"]);
  statuses.push(500, 500);
  expect(await send("POST", { body: "y", repeatable: true })).toMatchObject({ status: 200 });
});

test("Retry-After is waited for", async () => {
  const { send, seen } = await serve((_, response) => (seen.length === 1 ? reply(response, 429, { "Retry-After": "1" }) : reply(response, 200)));
  const start = performance.now();
  expect(await send("GET")).toMatchObject({ status: 200 });
  expect(performance.now() - start).toBeGreaterThan(950);
});

test("a Retry-After beyond the limit is not waited for", async () => {
  const { send, seen } = await serve((_, response) => reply(response, 429, { "Retry-After": "3600" }));
  expect(await send("GET")).toMatchObject({ status: 429 });
  expect(seen).toHaveLength(1);
});

test("a connection that breaks before the answer is tried again", async () => {
  const { send, seen } = await serve((_, response) => (seen.length === 1 ? void response.destroy() : reply(response, 200)));
  expect(await send("GET")).toMatchObject({ status: 200 });
});

test("a connection that breaks in the body is an error of the network", async () => {
  const { send } = await serve((_, response) => breakOff(response, 200, { "Content-Length": "10" }, new Uint8Array(3)));
  const answer = await send("GET");
  const error = await (answer as { bytes(limit: number): Promise<unknown> }).bytes(100).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "ClientError", kind: "network" });
});

test("a streamed body is sent once", async () => {
  const { send, seen } = await serve((_, response) => reply(response, 503));
  const stream = (async function* () {
    yield new Uint8Array([65]);
  })();
  expect(await send("PUT", { body: { stream, size: 1 } })).toMatchObject({ status: 503 });
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ body: "A", headers: { "content-length": "1" } });
});

test("the source's own error is given, not the broken connection that it makes", async () => {
  const { send } = await serve((_, response) => reply(response, 200));
  const stream = (async function* () {
    yield new Uint8Array([65]);
    throw new Error("the source failed");
  })();
  expect(String(await send("PUT", { body: { stream, size: 10 } }))).toBe("Error: the source failed");
});

test("a silent server ends in an error that says so", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const transport = createTransport(host, { env: {}, credentials: NO_CREDENTIALS, retry: { attempts: 3, delay: 5, longestDelay: 10 }, idleLimit: 100 });
  const error = await transport.send({ method: "GET", url: new URL(`http://${host}/v2/`) }).catch((thrown: unknown) => thrown);
  silent.close();
  expect(error).toMatchObject({ kind: "network" });
  expect(String(error)).toContain(`cannot reach ${host}: no answer for 0.1 s`);
});

test("a server that falls silent in the body ends in an error, a slow one does not", async () => {
  const idleLimit = 1000;
  const { send, seen } = await serve((_, response) => {
    response.writeHead(200, { "Content-Length": "4" });
    response.write("a");
    if (seen.length > 1) return;
    setTimeout(() => response.write("b"), idleLimit * 0.4);
    setTimeout(() => response.write("c"), idleLimit * 0.8);
    setTimeout(() => response.end("d"), idleLimit * 1.2);
  }, idleLimit);
  const read = async () => await ((await send("GET")) as { bytes(limit: number): Promise<Uint8Array> }).bytes(100).catch((error: unknown) => error);
  expect(await read()).toEqual(new Uint8Array([97, 98, 99, 100]));
  expect(String(await read())).toContain("no answer for");
});

test("nothing is sent after an abort", async () => {
  const controller = new AbortController();
  const { send, seen } = await serve((_, response) => {
    reply(response, 503, { "Retry-After": "2" });
    controller.abort();
  });
  expect(await send("GET", { signal: controller.signal })).toMatchObject({ name: "AbortError" });
  expect(seen).toHaveLength(1);
});

test("delays double, have jitter, and stay within the limit", () => {
  const policy = { attempts: 9, delay: 100, longestDelay: 1000 };
  for (const [attempt, ceiling] of [
    [1, 100],
    [2, 200],
    [3, 400],
    [8, 1000],
  ] as const) {
    for (let at = 0; at < 20; at++) {
      const delay = retryDelay(policy, attempt) ?? 0;
      expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
      expect(delay).toBeLessThanOrEqual(ceiling);
    }
  }
});

test("Retry-After is seconds or a date", () => {
  expect(parseRetryAfter("3")).toBe(3000);
  expect(parseRetryAfter("soon")).toBeUndefined();
  expect(parseRetryAfter(null)).toBeUndefined();
  expect(parseRetryAfter(new Date(Date.now() + 10_000).toUTCString())).toBeGreaterThan(8000);
  expect(parseRetryAfter("Sat, 01 Jan 2000 00:00:00 GMT")).toBe(0);
});
