import { connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and a server of the loopback and counts the bytes, headers included. */
export interface CountingProxy {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Bytes from the server to the client so far. */
  received(): number;
  /** Bytes from the client to the server so far. */
  sent(): number;
  /** Requests of HTTP/1.1 so far. */
  requests(): number;
  /** Starts counting anew. */
  reset(): void;
  /** Breaks every connection once so many more bytes went to the client, and refuses new ones. */
  breakAfter(bytes: number): void;
  /** Lets connections through again. */
  mend(): void;
  close(): Promise<void>;
}

/** What each request has once: in random content it does not occur. */
const REQUEST_LINE_END = " HTTP/1.1\r\n";

/** @param port of the server */
export async function startCountingProxy(port: number): Promise<CountingProxy> {
  const open = new Set<Socket>();
  const counts = { received: 0, sent: 0, requests: 0 };
  let rest = Number.POSITIVE_INFINITY;
  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  const track = (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
  };
  const server = createServer((client) => {
    track(client);
    if (rest <= 0) return void client.destroy();
    const upstream = connect(port, "127.0.0.1");
    track(upstream);
    let end = Buffer.alloc(0);
    client.on("data", (chunk: Buffer) => {
      counts.sent += chunk.length;
      const text = Buffer.concat([end, chunk]);
      for (let at = text.indexOf(REQUEST_LINE_END); at >= 0; at = text.indexOf(REQUEST_LINE_END, at + 1)) counts.requests++;
      end = text.subarray(Math.max(0, text.length - REQUEST_LINE_END.length + 1));
    });
    upstream.on("data", (chunk) => {
      counts.received += chunk.length;
      rest -= chunk.length;
      if (rest <= 0) endAll();
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroySoon());
    client.pipe(upstream);
    upstream.pipe(client);
  });
  const host = `127.0.0.1:${await listen(server)}`;
  return {
    host,
    received: () => counts.received,
    sent: () => counts.sent,
    requests: () => counts.requests,
    reset() {
      counts.received = 0;
      counts.sent = 0;
      counts.requests = 0;
    },
    breakAfter(bytes) {
      rest = bytes;
    },
    mend() {
      rest = Number.POSITIVE_INFINITY;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      endAll();
      await closed;
    },
  };
}

async function listen(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return address.port;
}
