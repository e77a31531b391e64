import { describe, expect, test } from "bun:test";
import { expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";
import { headOf, openConnection } from "./connection.ts";

const HEADER_TIME = 1000;
const HEADER_SIZE = 4096;

/** Milliseconds after the limit within which the server must have noticed, however busy the machine: it looks once a second. */
const NOTICED = 10_000;

const { client, server } = useRegistry({ config: { limits: { headerTime: `${HEADER_TIME}ms`, headerSize: `${HEADER_SIZE}B` } } });

describe("time for the headers of a request", () => {
  test("partial headers are answered 408 and the connection is closed", async () => {
    const connection = await openConnection(server().url);
    const started = performance.now();
    await connection.write("GET /v2/ HTTP/1.1\r\nHost: localhost\r\nX-Partial");
    const answer = await connection.answer();
    const took = performance.now() - started;
    await connection.closed();
    expect(answer.status).toBe(408);
    expect(took).toBeGreaterThanOrEqual(HEADER_TIME * 0.9);
    expect(took).toBeLessThan(HEADER_TIME + NOTICED);
  });

  test("dripped headers get no more time for each byte", async () => {
    const connection = await openConnection(server().url);
    const started = performance.now();
    let sent = 0;
    for (const character of headOf(
      "GET /v2/",
      Array.from({ length: 100 }, (_, at) => `X-${at}: dripped`),
    )) {
      if (connection.received() !== "" || performance.now() - started > HEADER_TIME + NOTICED) break;
      await connection.write(character);
      sent++;
      await Bun.sleep(20);
    }
    expect(sent).toBeGreaterThan(10);
    expect((await connection.answer(1)).status).toBe(408);
    await connection.closed();
  });

  test("the second request of a connection has the same limit", async () => {
    const connection = await openConnection(server().url);
    await connection.write(headOf("GET /v2/"));
    expect((await connection.answer()).status).toBe(200);
    await connection.write("GET /v2/ HTTP/1.1\r\nHost:");
    expect((await connection.answer(HEADER_TIME + NOTICED)).status).toBe(408);
    await connection.closed();
  });

  test("a connection that says nothing at all is closed", async () => {
    const connection = await openConnection(server().url);
    expect(await connection.closed(HEADER_TIME + NOTICED + 1000)).toBeGreaterThanOrEqual(HEADER_TIME * 0.9);
    expect(connection.received()).toBeOneOf(["", "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"]);
  });

  test("headers that arrive in pieces but in time are served", async () => {
    const connection = await openConnection(server().url);
    for (const piece of headOf("GET /v2/").match(/.{1,5}|\r\n/gs) ?? []) await connection.write(piece);
    expect((await connection.answer()).status).toBe(200);
    connection.destroy();
  });
});

describe("size of the headers of a request", () => {
  test.each([
    ["one long header", [`X-Long: ${"x".repeat(HEADER_SIZE + 1)}`]],
    ["many headers", Array.from({ length: 300 }, (_, at) => `X-${at}: ${"y".repeat(12)}`)],
  ])("%s: refused, and the connection is closed", async (_name, headers) => {
    const connection = await openConnection(server().url);
    await connection.write(headOf("GET /v2/", headers));
    expect((await connection.answer()).status).toBeOneOf([400, 431]);
    await connection.closed();
  });

  test("headers that never end are refused while they arrive", async () => {
    const connection = await openConnection(server().url);
    await connection.write(`GET /v2/ HTTP/1.1\r\nHost: localhost\r\nX-Endless: ${"x".repeat(HEADER_SIZE)}`);
    expect((await connection.answer()).status).toBeOneOf([400, 431]);
    await connection.closed();
  });

  test("headers below the limit are served", async () => {
    const connection = await openConnection(server().url);
    await connection.write(headOf("GET /v2/", [`X-Long: ${"x".repeat(HEADER_SIZE / 2)}`]));
    expect((await connection.answer()).status).toBe(200);
    connection.destroy();
  });
});

test("a hundred connections that hold back their headers keep nobody else waiting", async () => {
  const connections = await Promise.all(Array.from({ length: 100 }, () => openConnection(server().url)));
  await Promise.all(connections.map((connection) => connection.write("GET /v2/ HTTP/1.1\r\nX-Held: ")));
  expectStatus(await client.get("/v2/"), 200);
  await Promise.all(connections.map((connection) => connection.closed(HEADER_TIME + NOTICED + 1000)));
});
