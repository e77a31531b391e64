import { afterEach, expect, setDefaultTimeout, spyOn, test } from "bun:test";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { bytesOf } from "../../storage/testing/content.ts";
import { listenError } from "../check-settings.ts";
import { emptyReply, type HttpReply, type HttpRequest } from "../http.ts";
import type { Listener } from "../transport/listener.ts";
import { listen } from "./listener.ts";

setDefaultTimeout(60_000);

const OPTIONS = { host: "127.0.0.1", port: 0, idle: 20_000, headerTime: 20_000, headerSize: 16_384 } as const;
const CONTENT = bytesOf(3_000_000);

const open: Listener[] = [];
const clients: Socket[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(open.splice(0).map((listener) => listener.stop()));
});

async function serve(handle: (request: HttpRequest) => HttpReply | Promise<HttpReply>, more: Partial<typeof OPTIONS> = {}): Promise<Listener> {
  const listener = await listen({ ...OPTIONS, ...more, handle });
  open.push(listener);
  return listener;
}

async function client({ port }: Listener): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  clients.push(socket);
  await once(socket, "connect");
  return socket;
}

const write = (socket: Socket, data: string | Uint8Array) => new Promise<void>((resolve) => socket.write(data, () => resolve()));

/** Digest and length of all that comes after the head of an answer, until the server ends the connection. */
async function bodyOf(socket: Socket, pause: () => Promise<unknown> | undefined = () => undefined): Promise<string> {
  const hash = createHash("sha256");
  let [head, size]: [Buffer | undefined, number] = [Buffer.alloc(0), 0];
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    let body = bytes;
    if (head !== undefined) {
      head = Buffer.concat([head, bytes]);
      const split = head.indexOf("\r\n\r\n");
      if (split < 0) continue;
      body = head.subarray(split + 4);
      head = undefined;
    }
    hash.update(body);
    size += body.length;
    await pause();
  }
  return `${size} ${hash.digest("hex")}`;
}

const digestOf = (bytes: Uint8Array) => `${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`;

// Sockets of Bun were seen to fall silent when they are paused and resumed within the event that brings data.
test("a client that is made to wait again and again is always asked to go on", async () => {
  const taken: string[] = [];
  const listener = await serve(async ({ body }) => {
    const hash = createHash("sha256");
    let [size, count] = [0, 0];
    await body.drain?.((piece) => {
      hash.update(piece);
      size += piece.length;
      // at once, in a microtask, in a later turn: within the event and behind it
      return [undefined, Promise.resolve(), new Promise<void>((resolve) => setImmediate(resolve))][count++ % 3];
    }, new AbortController().signal);
    taken.push(`${size} ${hash.digest("hex")}`);
    return emptyReply(200);
  });
  const expected: string[] = [];
  await Promise.all(
    Array.from({ length: 6 }, async (_, at) => {
      const socket = await client(listener);
      const answered = new Promise<void>((resolve) => {
        let count = 0;
        socket.on("data", (bytes) => {
          count += bytes.toString("latin1").split("HTTP/1.1 200 OK").length - 1;
          if (count === 8) resolve();
        });
      });
      for (let request = 0; request < 8; request++) {
        const bytes = CONTENT.subarray(at * 1000, at * 1000 + 400_000 + request * 177_777);
        expected.push(digestOf(bytes));
        await write(socket, `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes.length}\r\n\r\n`);
        for (let sent = 0; sent < bytes.length; sent += 150_001) await write(socket, bytes.subarray(sent, sent + 150_001));
      }
      await answered;
    }),
  );
  expect(taken.sort()).toEqual(expected.sort());
});

test("bodies in memory, in text and in pieces arrive whole, whether the client reads at once or takes its time", async () => {
  const text = Buffer.from(CONTENT).toString("base64");
  const stream = () => new Blob([CONTENT]).stream();
  const bodies: Readonly<Record<string, readonly [HttpReply["body"], Uint8Array]>> = {
    "/bytes": [CONTENT, CONTENT],
    "/text": [text, Buffer.from(text)],
    "/stream": [{ source: { kind: "stream", size: CONTENT.length, open: stream }, range: undefined }, CONTENT],
    "/small": [CONTENT.subarray(0, 70_000), CONTENT.subarray(0, 70_000)],
  };
  const listener = await serve(({ path }) => ({ status: 200, headers: {}, body: bodies[path]?.[0] }));
  for (const [path, [, expected]] of Object.entries(bodies)) {
    for (const pause of [() => undefined, () => Bun.sleep(1)]) {
      const socket = await client(listener);
      await write(socket, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect([path, await bodyOf(socket, pause)]).toEqual([path, digestOf(expected)]);
    }
  }
});

test("a client that has ended its half gets all of the answer", async () => {
  const listener = await serve(async ({ body }) => {
    for await (const _piece of body);
    return { status: 200, headers: {}, body: CONTENT };
  });
  const socket = connect({ port: listener.port, host: "127.0.0.1", allowHalfOpen: true });
  clients.push(socket);
  socket.end("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  expect(await bodyOf(socket)).toBe(digestOf(CONTENT));
});

test("an answer that refuses a body reaches a client which goes on sending it", async () => {
  const listener = await serve(() => emptyReply(413, { Connection: "close" }));
  const socket = await client(listener);
  const answered = new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(bytes.toString("latin1"))));
  await write(socket, `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${CONTENT.length}\r\n\r\n`);
  for (let sent = 0; sent < CONTENT.length; sent += 100_000) socket.write(CONTENT.subarray(sent, sent + 100_000));
  expect(await answered).toStartWith("HTTP/1.1 413 ");
});

test("a client that has broken off before it was accepted is served like others, without an address", async () => {
  const remotes: unknown[] = [];
  const listener = await serve(({ remote }) => {
    remotes.push(remote);
    return emptyReply(200);
  });
  const script = `const socket = require("node:net").connect(${listener.port}, "127.0.0.1", () =>
    socket.write("GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n", () => socket.resetAndDestroy()));`;
  // This process accepts nothing meanwhile.
  expect(Bun.spawnSync([process.execPath, "-e", script]).exitCode).toBe(0);
  expect((await fetch(`http://127.0.0.1:${listener.port}`)).status).toBe(200);
  expect(remotes.filter((remote) => remote !== "")).toEqual(["127.0.0.1"]);
});

test("an idle client that does not end its half keeps nobody from stopping", async () => {
  const listener = await serve(() => ({ status: 200, headers: {}, body: "answer" }));
  const socket = connect({ port: listener.port, host: "127.0.0.1", allowHalfOpen: true });
  clients.push(socket);
  let received = "";
  const answered = new Promise<void>((resolve) => {
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      if (received.endsWith("answer")) resolve();
    });
  });
  await write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await answered;
  // what is ended after a time is not ended now, but for what is after half a minute
  const clock = spyOn(performance, "now").mockReturnValue(performance.now());
  try {
    await listener.stop();
  } finally {
    clock.mockRestore();
  }
}, 25_000);

test("names are looked up, and an address that another has is refused", async () => {
  const listener = await serve(({ remote, origin }) => ({ status: 200, headers: {}, body: `${remote} ${origin}` }), { host: "localhost" as "127.0.0.1" });
  const url = `http://localhost:${listener.port}`;
  expect(await (await fetch(url)).text()).toMatch(/^(?:127\.0\.0\.1|::1) http:\/\/localhost:\d+$/);
  const taken = await listen({ ...OPTIONS, host: "localhost", port: listener.port, handle: () => emptyReply(200) }).catch((error: unknown) => error);
  expect(taken).toMatchObject({ code: "EADDRINUSE" });
  expect(listenError("localhost:5000", taken).message).toContain("localhost:5000 is in use by another process");
  await expect(listen({ ...OPTIONS, host: "192.0.2.7", handle: () => emptyReply(200) })).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
});
