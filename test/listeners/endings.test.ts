import { afterEach, describe, expect, test } from "bun:test";
import type { HttpReply, HttpRequest } from "../../src/server/http.ts";
import type { Listener, ListenerOptions } from "../../src/server/transport/listener.ts";
import { openConnection } from "../limits/connection.ts";
import { eventually } from "../support/eventually.ts";
import { LISTENER_NAMES, listenAs } from "./recording.ts";

/** More than the kernel keeps for a connection at both ends. */
const LARGE = 40_000_000;

describe.each(LISTENER_NAMES)("listener %s", (name) => {
  let listener: Listener | undefined;
  afterEach(async () => {
    await listener?.stop();
    listener = undefined;
  });

  /** Starts it, and tells what its handler was told of each request: how its body ended, and how many bytes of its answer went out. */
  async function start(answer: (request: HttpRequest) => Promise<HttpReply>, options: Partial<ListenerOptions> = {}) {
    const sent: number[] = [];
    const broken: unknown[] = [];
    const handle = async (request: HttpRequest): Promise<HttpReply> => {
      const reply = await answer(request).catch((error: unknown): HttpReply => {
        broken.push(error);
        return { status: 400, headers: {} };
      });
      return { ...reply, done: (bytes) => void sent.push(bytes) };
    };
    listener = await listenAs(name, { ...options, handle });
    return { url: `http://127.0.0.1:${listener.port}`, sent, broken, stop: listener.stop };
  }

  test("a client that breaks off its body is noticed, and its request is over once", async () => {
    const { url, sent, broken } = await start(readAll);
    for (const framing of ["Content-Length: 100", "Transfer-Encoding: chunked"]) {
      const connection = await openConnection(url);
      await connection.write(`PUT /a HTTP/1.1\r\nHost: localhost\r\n${framing}\r\n\r\n5\r\nhello\r\n`);
      connection.socket.resetAndDestroy();
    }
    await eventually("both requests are over", async () => sent.length === 2);
    expect(broken).toEqual([expect.objectContaining({ code: "BODY_INCOMPLETE" }), expect.objectContaining({ code: "BODY_INCOMPLETE" })]);
    expect(sent).toEqual([0, 0]);
  });

  test("a client that breaks off its download is noticed, and its answer is over once", async () => {
    const { url, sent } = await start(async () => ({ status: 200, headers: {}, body: Buffer.alloc(LARGE) }));
    for (const end of ["resetAndDestroy", "destroy"] as const) {
      const connection = await openConnection(url);
      connection.socket.pause();
      await connection.write("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
      connection.socket.once("data", () => connection.socket[end]());
      connection.socket.resume();
    }
    await eventually("both answers are over", async () => sent.length === 2);
    for (const bytes of sent) expect(bytes).toBeLessThan(LARGE);
  });

  test("an answer whose client has left before it is not read from", async () => {
    const left = Promise.withResolvers<void>();
    const cancelled: unknown[] = [];
    const stream = new ReadableStream<Uint8Array>({ cancel: (reason) => void cancelled.push(reason) }, { highWaterMark: 0 });
    const { url, sent } = await start(async () => {
      await left.promise;
      await Bun.sleep(50);
      return { status: 200, headers: {}, body: { source: { kind: "stream", size: LARGE, open: () => stream }, range: undefined } };
    });
    const connection = await openConnection(url);
    await connection.write("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
    connection.socket.resetAndDestroy();
    connection.socket.once("close", () => left.resolve());
    await eventually("the answer is over", async () => sent.length === 1);
    expect([cancelled.length, sent]).toEqual([1, [0]]);
  });

  // node:http takes the end of a half for that of the connection
  if (name === "own") {
    test("a client that has ended its half gets all of its answers", async () => {
      const { url } = await start(async (request) => {
        await readAll(request);
        await Bun.sleep(20);
        return { status: 200, headers: {}, body: Buffer.alloc(LARGE, "x") };
      });
      const connection = await openConnection(url);
      await connection.write("PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: localhost\r\n\r\n");
      connection.socket.end();
      let received = 0;
      for await (const bytes of connection.socket as AsyncIterable<Buffer>) received += bytes.length;
      expect(received).toBeGreaterThan(2 * LARGE);
    });
  }

  test("a body is asked for once, when it is read, and only then", async () => {
    const { url } = await start(async (request) => (request.path === "/unread" ? { status: 403, headers: {} } : readAll(request)));
    const head = (path: string) => `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`;
    const asked = await openConnection(url);
    for (let round = 0; round < 3; round++) {
      await asked.write(head("/read"));
      expect(await asked.answer()).toMatchObject({ status: 100 });
      await asked.write("hello");
      expect(await asked.answer()).toMatchObject({ status: 200, body: "hello" });
    }
    asked.destroy();
    const unasked = await openConnection(url);
    await unasked.write(head("/unread"));
    if (name === "node") expect((await unasked.answer()).status).toBe(100); // node:http asks at once, whoever reads
    expect((await unasked.answer()).status).toBe(403);
    unasked.destroy();
  });

  test("when it stops, what runs is answered, what is idle ends, and nobody new is served", async () => {
    const release = Promise.withResolvers<void>();
    const begun: string[] = [];
    const { url, stop } = await start(async (request) => {
      begun.push(request.path);
      if (request.path === "/idle") return { status: 200, headers: {} };
      await Promise.all([readAll(request), release.promise]);
      return { status: 200, headers: {}, body: Buffer.alloc(1_000_000, "x") };
    });
    const [fresh, idle, running, sending] = [await openConnection(url), await openConnection(url), await openConnection(url), await openConnection(url)];
    await idle.write("GET /idle HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect((await idle.answer()).status).toBe(200);
    await running.write("GET /running HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await sending.write("PUT /sending HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello");
    await eventually("all of them are handled", async () => begun.length === 3);

    const stopped = stop();
    // node:http leaves those alone that have not asked for anything yet
    await Promise.all([idle.closed(), name === "own" ? fresh.closed() : fresh.destroy()]);
    await expect(openConnection(url)).rejects.toThrow();
    await sending.write("world");
    release.resolve();
    for (const connection of [running, sending]) {
      const answer = await connection.answer();
      expect({ status: answer.status, length: answer.body.length }).toEqual({ status: 200, length: 1_000_000 });
      // node:http keeps it for as long as it waits for running requests
      await (name === "own" ? connection.closed() : connection.destroy());
    }
    await stopped;
  });

  test("a body that nobody reads stays with the client", async () => {
    const release = Promise.withResolvers<HttpReply>();
    const { url, sent } = await start(() => release.promise);
    const connection = await openConnection(url);
    await connection.write(`PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${LARGE}\r\n\r\n`);
    connection.socket.write(Buffer.alloc(LARGE));
    let before = LARGE;
    await eventually("nothing more leaves the client", async () => {
      const isQuiet = connection.socket.writableLength === before;
      before = connection.socket.writableLength;
      await Bun.sleep(200);
      return isQuiet;
    });
    expect(connection.socket.writableLength).toBeGreaterThan(LARGE / 4);
    connection.destroy();
    release.resolve({ status: 403, headers: {} });
    await eventually("the request is over", async () => sent.length === 1);
  });

  test("hundreds of requests at once are answered in their order, and no faster than the answers are read", async () => {
    const count = 600;
    // large ones fill what the kernel keeps, the small ones between them are put together before they are written
    const bodyOf = (at: number) => `${at} `.repeat(at % 3 === 0 ? 100_000 : 5000);
    let handled = 0;
    const { url } = await start(async () => ({ status: 200, headers: {}, body: bodyOf(handled++) }));
    const connection = await openConnection(url);
    connection.socket.pause();
    const requests = Array.from({ length: count }, (_, at) => `GET /${at} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await connection.write(requests.join(""));
    let before = -1;
    await eventually("nothing more is handled", async () => {
      const isQuiet = handled > 0 && handled === before;
      before = handled;
      await Bun.sleep(200);
      return isQuiet;
    });
    // node:http begins with all that it has read
    if (name === "own") expect(handled).toBeLessThan(count / 2);
    connection.socket.resume();
    for (let at = 0; at < count; at++) expect((await connection.answer()).body === bodyOf(at), `answer ${at}`).toBeTrue();
    connection.destroy();
  }, 120_000);
});

async function readAll(request: HttpRequest): Promise<HttpReply> {
  const pieces = await Array.fromAsync(request.body);
  return { status: 200, headers: {}, body: Buffer.concat(pieces) };
}
