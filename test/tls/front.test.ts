import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectSecure, type TLSSocket } from "node:tls";
import { emptyReply, type HttpReply, type HttpRequest } from "../../src/server/http.ts";
import { listen as listenOwn } from "../../src/server/http1/listener.ts";
import { listen as listenNode } from "../../src/server/node/listener.ts";
import { loadCertificate } from "../../src/server/tls/load-certificate.ts";
import type { Listener } from "../../src/server/transport/listener.ts";
import { certificateFiles, received } from "./support.ts";

const REQUEST = "GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LIMIT = 50_000;

describe.each([
  ["own", listenOwn],
  ["node", listenNode],
] as const)("listener %s", (_, listen) => {
  let listener: Listener;
  /** Who the requests came from, one for each. */
  const served: string[] = [];
  let current: Awaited<ReturnType<typeof loadCertificate>>["context"];
  let handle: (request: HttpRequest) => Promise<HttpReply>;

  beforeAll(async () => {
    ({ context: current } = await loadCertificate(certificateFiles("first")));
    const certificate = { current: () => current };
    const answer = async (request: HttpRequest) => {
      served.push(request.remote);
      return handle(request);
    };
    handle = async () => emptyReply(200);
    listener = await listen({ host: "127.0.0.1", port: 0, idle: 5000, headerTime: 5000, headerSize: 16_384, certificate, handle: answer });
  });

  afterAll(() => listener.stop());

  function open(options: ConnectionOptions = {}): TLSSocket {
    const socket = connectSecure({ host: "127.0.0.1", port: listener.port, rejectUnauthorized: false, ...options });
    socket.on("error", () => {});
    return socket;
  }

  /** What a handshake ends with: the protocol and the version, or undefined when it fails. */
  async function agreed(options: ConnectionOptions): Promise<string | undefined> {
    const socket = open(options);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    socket.once("secureConnect", () => resolve(`${socket.getProtocol()} ${socket.alpnProtocol}`));
    socket.once("close", () => resolve(undefined));
    const timer = setTimeout(() => resolve("nothing within 50 s"), LIMIT);
    const result = await promise;
    clearTimeout(timer);
    socket.destroy();
    return result;
  }

  test.each([REQUEST, "POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"])(
    "plain HTTP gets one line that says what to do: %#",
    async (text) => {
      const before = served.length;
      const socket = connect({ host: "127.0.0.1", port: listener.port });
      socket.write(text);
      const [head = "", body = ""] = (await received(socket)).split("\r\n\r\n");
      expect(head).toStartWith("HTTP/1.1 400 Bad Request\r\n");
      expect(body).toMatch(/^Client sent an HTTP request to an HTTPS server.*https:\/\/.*\n$/);
      expect(head).toContain(`Content-Length: ${body.length}`);
      expect(served.length).toBe(before);
    },
  );

  test("what is neither TLS nor HTTP gets nothing", async () => {
    for (const text of ["\u0000\u0001", "ssh", "\n"]) {
      const socket = connect({ host: "127.0.0.1", port: listener.port });
      socket.write(text);
      expect(await received(socket)).toBe("");
    }
  });

  test("requests that come together are all answered, and whose they are is known", async () => {
    const before = served.length;
    const client = open({ localAddress: "127.0.0.2" } as ConnectionOptions);
    const answer = received(client, /200 OK.*200 OK/s);
    client.write(REQUEST + REQUEST);
    expect(await answer).toMatch(/200 OK.*200 OK/s);
    client.destroy();
    expect(served.slice(before)).toEqual(["127.0.0.2", "127.0.0.2"]);
  });

  test("TLS 1.2 and 1.3 are spoken, over them HTTP/1.1, and nothing else", async () => {
    expect(await agreed({ ALPNProtocols: ["h2", "http/1.1"] })).toBe("TLSv1.3 http/1.1");
    expect(await agreed({ maxVersion: "TLSv1.2" })).toBe("TLSv1.2 false");
    expect(await agreed({ minVersion: "TLSv1", maxVersion: "TLSv1.1" })).toBeUndefined();
    expect(await agreed({ ALPNProtocols: ["h2"] })).toBeUndefined();
    expect(await agreed({ maxVersion: "TLSv1.2", ciphers: "AES128-SHA" })).toBeUndefined();
  });

  /** One request in a connection of its own: whether it resumed a session, whose certificate it saw, and a session for the next. */
  async function visit(version: "TLSv1.2" | "TLSv1.3", session?: Buffer): Promise<{ reused: boolean; name: string; session: Buffer | undefined }> {
    const socket = open({ minVersion: version, maxVersion: version, ...(session && { session }) });
    let next: Buffer | undefined;
    socket.on("session", (given: Buffer) => {
      next = given;
    });
    const answer = received(socket, /200 OK/);
    socket.write(REQUEST);
    expect(await answer).toContain("200 OK");
    const seen = { reused: socket.isSessionReused(), name: String(socket.getPeerCertificate().subject?.CN), session: next ?? socket.getSession() };
    socket.destroy();
    return seen;
  }

  test.each(["TLSv1.2", "TLSv1.3"] as const)("%s: sessions are resumed, until the certificate is another", async (version) => {
    const first = await visit(version);
    expect(first.reused).toBe(false);
    const again = await visit(version, first.session);
    expect(again).toMatchObject({ reused: true, name: "first.example" });
    const before = current;
    ({ context: current } = await loadCertificate(certificateFiles("second")));
    expect(await visit(version, again.session)).toMatchObject({ reused: false, name: "second.example" });
    current = before;
  });

  test("a client that ends its half still gets its answer", async () => {
    const client = open({ allowHalfOpen: true } as ConnectionOptions);
    const answer = received(client);
    client.end(REQUEST);
    expect(await answer).toContain("200 OK");
  });

  test("clients that leave in the handshake, or break it, leave nothing behind and disturb nobody", async () => {
    const client = open();
    await received(client, /200 OK/, REQUEST);
    const hello = Buffer.concat([Buffer.from([22, 3, 1, 2, 0, 1]), Buffer.alloc(300, 7)]);
    const left: Promise<string>[] = [];
    for (let size = 1; size < hello.length; size += 30) {
      const silent = connect({ host: "127.0.0.1", port: listener.port });
      silent.end(hello.subarray(0, size));
      left.push(received(silent));
    }
    await Promise.all(left);
    expect(await received(client, /200 OK/, REQUEST)).toContain("200 OK");
    client.destroy();
  });

  test("a record that does not decrypt ends the connection", async () => {
    const raw: Socket = connect({ host: "127.0.0.1", port: listener.port });
    const client = connectSecure({ socket: raw, rejectUnauthorized: false });
    client.on("error", () => {});
    await received(client, /200 OK/, REQUEST);
    const before = served.length;
    const over = received(raw);
    raw.write(Buffer.concat([Buffer.from([23, 3, 3, 0, 64]), Buffer.alloc(64, 1)]));
    await over;
    expect(served.length).toBe(before);
  });

  test("stopping ends handshakes at once, and lets running requests end", async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const stopping = await listen({
      host: "127.0.0.1",
      port: 0,
      idle: LIMIT,
      headerTime: LIMIT,
      headerSize: 16_384,
      certificate: { current: () => current },
      async handle() {
        begun.resolve();
        await release.promise;
        return emptyReply(200);
      },
    });
    const { port } = stopping;
    const silent = connect({ host: "127.0.0.1", port });
    const silentOver = received(silent, undefined, "\u0016\u0003\u0001");
    const client = open({ port });
    const answer = received(client, /200 OK/, REQUEST);
    await begun.promise;
    const stopped = stopping.stop();
    expect(await silentOver).toBe("");
    release.resolve();
    expect(await answer).toContain("200 OK");
    client.destroy();
    await stopped;
    expect(await received(connect({ host: "127.0.0.1", port }), undefined, REQUEST)).toBe("");
  });
});
